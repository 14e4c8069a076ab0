// The configuration file → settings, and what beats what.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, symlinkSync, truncateSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { readConfigFile } from "../../build/host/config-file.js";
import { variableOf } from "../../build/host/environment.js";
import { isKey, OPTION_LIST, OPTIONS } from "../../build/host/options.js";
import { readSettings } from "../../build/host/settings.js";
import { available } from "../helpers/available.js";
import { eventually } from "../helpers/fixture.js";
import { makeFolder } from "../helpers/folder.js";
import { sampleOf } from "../helpers/samples.js";
import { fetchText, runCommand, startServer } from "../helpers/server.js";

const { path: folder, write } = makeFolder(test);
const FILE = join(folder, "site.json");
const hasJq = spawnSync("jq", ["--version"]).status === 0;
const withJq = available(test, hasJq, "the documented filter: jq is missing");

/** The text of a file of the repository. */
const readOwn = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** Settings of a command line beside this file. */
function read(content, { mode = "serve", args = [], env } = {}) {
  write("site.json", typeof content === "string" ? content : JSON.stringify(content));
  return readSettings([mode, "--config", FILE, ...args], env ?? {});
}

const settings = async (...args) => (await read(...args)).settings;

/** The complaint about the file, without its name. */
async function complaint(content, options) {
  const error = await read(content, options).then(() => undefined, (reason) => reason);
  assert.is(error?.exitCode, 2, error?.stack ?? `no complaint about ${content}`);
  return error.message.replace(FILE, "FILE");
}

/** A text of the command line as a file has it. */
function asJson({ kind }, text) {
  if (["boolean", "number", "port"].includes(kind)) return JSON.parse(text);
  if (kind === "workers" && text !== "auto") return Number(text);
  return ["hosts", "addresses"].includes(kind) ? text.split(",") : text;
}

test("every option that is no action is a key; environment and command line beat it", async () => {
  for (const [name, option] of OPTION_LIST) {
    if (!isKey(name)) continue;
    const { text, other } = sampleOf(option);
    const mode = option.modes?.[0] ?? "serve";
    const expected = (await readSettings([mode, `--${name}=${other}`], {})).settings[name];
    const env = { [variableOf(name)]: other };
    const args = [`--${name}=${other}`];
    const file = { [name]: asJson(option, text) };
    const byFile = await read(file, { mode });
    assert.not.equal(byFile.settings[name], expected, name);
    assert.is(byFile.sources.get(name), `${FILE}:1`);
    const byVariable = await read(file, { mode, env });
    assert.equal(byVariable.settings[name], expected, name);
    assert.is(byVariable.sources.get(name), variableOf(name));
    const byFlag = await read(file, { mode, args, env: { [variableOf(name)]: text } });
    assert.equal(byFlag.settings[name], expected, name);
    assert.is(byFlag.sources.get(name), "command line");
  }
});

test("a list is replaced, not added to", async () => {
  const file = { host: ["::1", "localhost"], index: ["a", "b"] };
  const args = ["--host=127.0.0.1", "--index=c"];
  assert.equal((await settings(file)).host, ["::1", "localhost"]);
  assert.equal((await settings(file, { args })).host, ["127.0.0.1"]);
  assert.equal((await settings(file, { args })).index, ["c"]);
});

test("addresses to listen on take the place of port and host, or the other way round", async () => {
  const listening = { listen: [":80", "unix:a.sock", "unix:@a"] };
  const resolved = [":80", `unix:${join(folder, "a.sock")}`, "unix:@a"];
  assert.equal((await settings(listening)).listen, resolved);
  assert.equal((await settings(listening, { args: ["--host"] })).listen, undefined);
  assert.equal((await settings(listening, { env: { PORT: "81" } })).listen, undefined);
  assert.equal((await settings({ port: 80 }, { args: ["--listen=:81"] })).listen, [":81"]);
  const both = write("both.json", '{"port": 80, "listen": ":80"}');
  const { stderr, code } = await runCommand(["-c", both]);
  assert.is(stderr, "error: --port: given besides --listen, which names ports and hosts itself\n");
  assert.is(code, 2);
  const { stdout } = await runCommand(["--print-config", "--listen=:80"]);
  const { port, listen } = JSON.parse(stdout);
  assert.equal(port, { value: null, from: "default" });
  assert.equal(listen, { value: [":80"], from: "command line" });
});

test("PORT and the positional argument beat the file too", async () => {
  const file = { port: 80, root: "/srv" };
  assert.is((await settings(file, { env: { PORT: "81" } })).port, 81);
  assert.is((await settings(file, { args: ["public"] })).root, "public");
  assert.is((await settings(file, { args: ["82"], env: { PORT: "81" } })).port, 82);
});

test("values are typed as people would", async () => {
  const { workers, host, index, ...rest } = await settings({
    "workers": "auto", "host": "*", "index": "a.html,b.html", "idle-timeout": 1.5,
    "grace-period": "500ms", "max-head": 2048, "cache-size": "1.5m", "keep-alive": false,
  });
  assert.ok(workers >= 1);
  assert.equal([host, index], [["*"], ["a.html", "b.html"]]);
  assert.is(rest["idle-timeout"], 1500);
  assert.is(rest["grace-period"], 500);
  assert.is(rest["max-head"], 2048);
  assert.is(rest["cache-size"], 1.5 * 2 ** 20);
  assert.is(rest["keep-alive"], false);
});

test("paths of the file are relative to it", async () => {
  assert.is((await settings({ root: "public" })).root, join(folder, "public"));
  assert.is((await settings({ root: "../x/./y" })).root, join(folder, "../x/y"));
  assert.is((await settings({ root: "/srv" })).root, "/srv");
  const short = relative(process.cwd(), FILE);
  assert.is((await readSettings(["--config", short], {})).settings.root, "/srv");
});

test("the file may name its schema and begin with a byte order mark", async () => {
  assert.is((await settings('\ufeff{ "$schema": "x.json", "port": 80 }')).port, 80);
});

test("the environment can name the file, and the command line another", async () => {
  const first = write("first.json", '{"port": 1}');
  const second = write("second.json", '{"port": 2}');
  const env = { EPOLLUX_CONFIG: first };
  assert.is((await readSettings([], env)).settings.port, 1);
  assert.is((await readSettings(["-c", second], env)).settings.port, 2);
});

test("the file is read anew each time", async () => {
  assert.is((await settings({ port: 1 })).port, 1);
  const args = ["--config", FILE];
  assert.is((await readSettings(args, {})).settings.port, 1);
  write("site.json", '{"port": 2}');
  assert.is((await readSettings(args, {})).settings.port, 2);
  write("site.json", '{"port": 2');
  await readSettings(args, {}).then(assert.unreachable, ({ exitCode }) => assert.is(exitCode, 2));
  write("site.json", '{"port": 3}');
  assert.is((await readSettings(args, {})).settings.port, 3);
});

test("an unknown key is an error that offers the likely one", async () => {
  const hint = "(did you mean 'max-head'?)";
  assert.is(await complaint('{\n  "max_head": 1\n}'), `FILE:2:3: unknown key "max_head" ${hint}`);
  assert.is(await complaint('{"maxHead": 1}'), `FILE:1:2: unknown key "maxHead" ${hint}`);
  assert.is(await complaint('{"no-dotfiles": true}'),
    "FILE:1:2: unknown key \"no-dotfiles\" (did you mean 'dotfiles'?)");
  for (const key of ["config", "check", "help", "print-config", "toString", "__proto__"]) {
    assert.is(await complaint(`{"${key}": 1}`),
      `FILE:1:2: unknown key "${key}" (--help lists all options)`);
  }
  assert.is(await complaint('{"a\\n\\u001b": 1}'),
    'FILE:1:2: unknown key "a\\n\\u001b" (--help lists all options)');
});

test("no name has a NUL", async () => {
  for (const [key, text, form] of [
    ["root", "a\\u0000b", "a directory"],
    ["log-file", "a\\u0000b", "a file, or - for standard output"],
    ["listen", "unix:/a\\u0000b", "an address such as "],
    ["listen", "unix:@a\\u0000b", "an address such as "],
    ["user", "a\\u0000b", "a user such as "],
  ]) {
    assert.match(await complaint(`{"${key}": "${text}"}`), `${key}: "${text}" is not ${form}`);
  }
});

test("a key of another mode is an error that says whose it is", async () => {
  assert.is(await complaint('{"poller": "poll",\n "index": "a"}', { mode: "echo" }),
    "FILE:2:2: index: not an option of echo, but of serve");
  assert.is(await complaint({ connections: 3 }),
    "FILE:1:2: connections: not an option of serve, but of load");
});

test("a bad value is an error that names file, place, key, value and allowed form", async () => {
  const port = "a port (0 to 65535)";
  const size = "a size from 1k to 65535 (units k, m, g)";
  const names = "a list of file names such as index.html,index.htm";
  const cases = {
    '{"port": 65536}': `port: 65536 is not ${port}`,
    '{"port": -1}': `port: -1 is not ${port}`,
    '{"port": 1e400}': `port: 1e400 is not ${port}`,
    '{"port": 80.5}': `port: 80.5 is not ${port}`,
    '{"port": null}': `port: null is not ${port}`,
    '{"port": [80]}': `port: [80] is not ${port}`,
    '{"port": "http"}': `port: "http" is not ${port}`,
    '{"port": "80"}': 'port: "80" must stand without quotes',
    '{"dotfiles": "true"}': 'dotfiles: "true" must stand without quotes',
    '{"dotfiles": 1}': "dotfiles: 1 is not true or false",
    '{"root": 5}': "root: 5 must stand in quotes",
    '{"root": ""}': 'root: "" is not a directory',
    '{"max-head": "64k"}': `max-head: "64k" is not ${size}`,
    '{"max-head": true}': `max-head: true is not ${size}`,
    '{"idle-timeout": "1x"}':
      'idle-timeout: "1x" is not a duration from 100ms to 24h (units ms, s, m, h)',
    '{"workers": "2"}': 'workers: "2" must stand without quotes',
    '{"workers": "automatic"}': 'workers: "automatic" is not a number from 1 to 256, or auto',
    '{"host": []}': "host: [] is not an address or host name",
    '{"host": ["::1", 5]}': 'host: ["::1", 5] is not an address or host name',
    '{"host": ["::1", ["::1"]]}': 'host: ["::1", ["::1"]] is not an address or host name',
    '{"index": ["a/b"]}': `index: ["a/b"] is not ${names}`,
    '{"index": {\n"a": 1 }}': `index: { "a": 1 } is not ${names}`,
    '{"poller": "epol"}':
      'poller: "epol" is not epoll, poll, select or busy (did you mean \'epoll\'?)',
  };
  for (const [text, message] of Object.entries(cases)) {
    const column = text.indexOf(":") + 3;
    assert.is(await complaint(text), `FILE:1:${column}: ${message}`);
  }
  const long = `{"root": {"${"x".repeat(100)}": 1}}`;
  assert.is(await complaint(long), `FILE:1:10: root: {"${"x".repeat(38)}… is not a directory`);
});

test("JSON that is broken, or no object, is an error with its place", async () => {
  assert.is(await complaint('{\n  "port": 80,\n}'), "FILE:3:1: a key in quotes expected, not }");
  assert.is(await complaint('{"port": 1,\n "port": 2}'),
    'FILE:2:2: "port" stands already in line 1');
  assert.is(await complaint(""), "FILE:1:1: a value expected, not the end");
  for (const text of ["[]", "1", "null", '"port"']) {
    assert.is(await complaint(text), 'FILE: not an object like {"port": 8080}');
  }
});

test("settings that do not go together are an error, wherever they stand", async () => {
  const message = "--trigger edge needs --poller epoll";
  assert.is(await complaint({ trigger: "edge" }, { args: ["--poller=poll"] }), message);
  assert.is(await complaint({ poller: "poll" }, { env: { EPOLLUX_TRIGGER: "edge" } }), message);
  assert.is((await settings({ poller: "poll" })).trigger, "level");
  assert.is((await settings({ poller: "poll" }, { args: ["--poller=epoll"] })).trigger, "edge");
});

test("a file that cannot be read is an error", async () => {
  const refusal = async (path) => {
    const error = await readSettings(["-c", path], {}).then(assert.unreachable, (reason) => reason);
    assert.is(error.exitCode, 2, error.stack);
    return error.message.replace(path, "FILE");
  };
  const loop = join(folder, "loop");
  symlinkSync(loop, loop);
  const large = write("large.json", "{}");
  truncateSync(large, 2 ** 20 + 1);
  const cases = {
    [join(folder, "missing")]: "cannot read the configuration FILE: no such file or directory",
    [folder]: "cannot read the configuration FILE: illegal operation on a directory",
    [loop]: "cannot read the configuration FILE: too many symbolic links encountered",
    [large]: "the configuration FILE is larger than 1 MiB",
    "/dev/zero": "the configuration FILE is larger than 1 MiB",
    [write("latin1.json", Buffer.from([0x7b, 0xe9, 0x7d]))]: "the configuration FILE is not UTF-8",
  };
  for (const [path, message] of Object.entries(cases)) assert.is(await refusal(path), message);
  truncateSync(write("blank.json", `{}${" ".repeat(2 ** 20)}`), 2 ** 20);
  assert.equal(readConfigFile(join(folder, "blank.json"), "serve"), new Map());
});

test("the file may be a pipe", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const command = runCommand(["--config", pipe, "--print-config"]);
  write("pipe", '{"port": 4711}');
  const { stdout, code } = await command;
  assert.is(code, 0);
  assert.is(JSON.parse(stdout).port.value, 4711);
});

test("a server does what its file says, from another folder too", async () => {
  write("public/home.html", "from the file");
  const file = write("server.json", '{"root": "public", "index": ["home.html"], "quiet": false}');
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  const server = await startServer({ args: ["-c", file], cwd: elsewhere });
  assert.is((await fetchText(server.url)).text, "from the file");
  assert.is((await server.stop()).code, 0);
});

test("--watch-config reloads when the file has changed, and after it was replaced", async () => {
  for (const name of ["old", "new", "last"]) write(`${name}/which.txt`, name);
  const file = write("watched.json", '{"root": "old"}');
  const server = await startServer({ args: ["--config", file, "--watch-config"] });
  const answer = async () => (await fetchText(`${server.url}/which.txt`)).text;
  assert.is(await answer(), "old");
  write("watched.json", '{"root": "new", "max-fields": 50}');
  await server.output(/^reloaded: .*\/new at /m);
  assert.is(await answer(), "new");
  renameSync(write("watched.json.next", '{"root": "last"}'), file);
  await server.output(/^reloaded: .*\/last at /m);
  assert.is(await answer(), "last");
  assert.equal(await server.stop(), { code: 0, signal: null });
  assert.is(server.stderr(), "");
});

test("a reload reads the file anew, and a bad one changes nothing", async () => {
  write("old/index.html", "old");
  write("new/index.html", "new");
  const file = write("reload.json", '{"root": "old"}');
  const server = await startServer({ args: ["-c", file] });
  const text = async () => (await fetchText(server.url)).text;
  assert.is(await text(), "old");
  write("reload.json", '{"root": "new",}');
  server.process.kill("SIGHUP");
  await server.errors(new RegExp(`^error: not reloaded: ${file}:1:16: a key in quotes expected`));
  assert.is(await text(), "old");
  write("reload.json", '{"root": "new"}');
  server.process.kill("SIGHUP");
  await server.output(/^reloaded: /m);
  await eventually(async () => (await text()) === "new", "the new root");
  assert.is((await server.stop()).code, 0);
});

test("a bad file ends the command with one line and 2", async () => {
  const file = write("bad.json", '{"prot": 80}');
  const { code, stdout, stderr } = await runCommand(["-c", file]);
  assert.is(stderr, `error: ${file}:1:2: unknown key "prot" (did you mean 'port'?)\n`);
  assert.is(stdout, "");
  assert.is(code, 2);
});

test("--print-config is every setting with its source, to be taken as a file again", async () => {
  const file = write("print.json", '{\n  "root": "public",\n  "host": ["::1"]\n}');
  const args = ["--print-config", "-c", file, "--max-head=8k"];
  const { code, stdout, stderr } = await runCommand(args, { env: { EPOLLUX_IDLE_TIMEOUT: "90" } });
  assert.is(stderr, "");
  assert.is(code, 0);
  const printed = JSON.parse(stdout);
  const own = OPTION_LIST.filter(([name, { modes }]) => isKey(name) && modes?.[0] !== "load");
  assert.equal(Object.keys(printed), own.map(([name]) => name));
  assert.equal(printed.root, { value: join(folder, "public"), from: `${file}:2` });
  assert.equal(printed.host, { value: ["::1"], from: `${file}:3` });
  assert.equal(printed["idle-timeout"], { value: "90s", from: "EPOLLUX_IDLE_TIMEOUT" });
  assert.equal(printed["max-head"], { value: "8k", from: "command line" });
  assert.equal(printed.port, { value: OPTIONS.port.fallback, from: "default" });
  const values = Object.entries(printed)
    .map(([name, { value }]) => [name, value])
    .filter(([, value]) => value !== null); // what has no default
  const again = await settings(Object.fromEntries(values));
  assert.equal(again, {
    ...(await readSettings(args, { EPOLLUX_IDLE_TIMEOUT: "90" })).settings,
    "config": FILE, "print-config": false,
  });
  const load = await runCommand(["load", "[::1]:80", "--print-config"]);
  assert.equal(JSON.parse(load.stdout).connect, { value: "[::1]:80", from: "command line" });
  assert.equal(JSON.parse(load.stdout).duration, { value: null, from: "default" });
});

withJq("what docs/configuration.md makes a file of --print-config with can be read", async () => {
  const [, filter] = /`jq '(.*?)'`/.exec(readOwn("docs/configuration.md"));
  const args = ["--listen", ":8080", "--log-format", "json", "--quiet"];
  const env = { PORT: "1", EPOLLUX_MAX_HEAD: "8k" };
  const { stdout } = await runCommand([...args, "--print-config"], { env });
  const printed = JSON.parse(stdout);
  for (const name of ["port", "log-format"]) {
    assert.is(printed[name].value, null);
    assert.is.not(printed[name].from, "default");
  }
  const file = JSON.parse(execFileSync("jq", [filter], { input: stdout, encoding: "utf8" }));
  assert.equal(file, { "listen": [":8080"], "max-head": "8k", "quiet": true });
  const again = await settings(file);
  const { port } = OPTIONS;
  const before = (await readSettings(args, env)).settings;
  assert.equal(again, { ...before, port: port.fallback, config: FILE });
});

test("npm start leaves port and folder to whoever starts it", async () => {
  const [node, command, ...args] = JSON.parse(readOwn("package.json")).scripts.start.split(" ");
  assert.equal([node, command], ["node", "host/run.js"]);
  const portOf = async (more) => {
    const env = { PORT: "81" };
    const { stdout } = await runCommand([...args, ...more, "--print-config"], { env });
    return JSON.parse(stdout).port.value;
  };
  assert.is(await portOf([]), 81);
  assert.is(await portOf(["--port", "82"]), 82);
});

test.run();
