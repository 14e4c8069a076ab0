// The command line and the environment → settings, without starting anything.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { variableOf } from "../../build/host/environment.js";
import { parseNamedAddress } from "../../build/host/kinds.js";
import { MODE_LIST } from "../../build/host/modes.js";
import { guestArguments } from "../../build/host/guest-arguments.js";
import { OPTION_LIST, OPTIONS } from "../../build/host/options.js";
import { readRequest, settle } from "../../build/host/settings.js";
import { nearest } from "../../build/host/suggest.js";
import { sampleOf } from "../helpers/samples.js";

const home = process.cwd();
let directory;

test.before.each(() => {
  directory = mkdtempSync(join(tmpdir(), "epollux-"));
  process.chdir(directory);
});

test.after.each(() => {
  process.chdir(home);
  rmSync(directory, { recursive: true });
});

const parse = (line, env = {}) => settle(readRequest(line.split(" ").filter(Boolean), env));
const settings = (line, env) => parse(line, env).settings;
const complaint = (line, env) => {
  try {
    parse(line, env);
  } catch (error) {
    assert.is(error.exitCode, 2, error.stack);
    return error.message;
  }
  assert.unreachable(`no complaint about: ${line}`);
};

test("an empty line gives every option its default", () => {
  const parsed = parse("");
  assert.is(parsed.mode, "serve");
  assert.is(parsed.action, "run");
  for (const [name, { fallback, shown }] of OPTION_LIST) {
    if (name === "trigger") assert.match(shown, `${parsed.settings.trigger} for serve`);
    else assert.equal(parsed.settings[name], fallback);
  }
});

test("the mode is an optional first word", () => {
  assert.is(parse("serve --port 1").mode, "serve");
  assert.is(settings("serve public").root, "public");
  for (const [mode] of MODE_LIST) assert.is(parse(`${mode} --poller poll`).mode, mode);
  assert.is(parse("public echo --help").mode, "serve");
  assert.is(settings("serve echo").root, "echo");
});

test("an option of another mode is an error that says whose it is", () => {
  const cases = {
    "echo --index a": "--index: not an option of echo, but of serve",
    "print --no-keep-alive": "--keep-alive: not an option of print, but of serve",
    "load --port 1": "--port: not an option of load, but of serve, echo, print",
    "load -d x": "--root: not an option of load, but of serve",
    "--connections 3": "--connections: not an option of serve, but of load",
    "echo --duration 3": "--duration: not an option of echo, but of load",
    "load --stop-on-stdin": "--stop-on-stdin: not an option of load, but of serve, echo, print",
  };
  for (const [line, message] of Object.entries(cases)) assert.is(complaint(line), message);
});

test("every mode has the options that are nobody's in particular", () => {
  for (const [mode] of MODE_LIST) {
    const { poller, quiet } = settings(`${mode} --poller select -q`);
    assert.equal([poller, quiet], ["select", true]);
    assert.is(parse(`${mode} --help`).mode, mode);
    assert.is(parse(`${mode} --help`).action, "help");
  }
});

test("what was given is known, and where it stood", () => {
  assert.equal([...parse("load localhost:1 --interval 2").sources].sort(), [
    ["connect", "command line"], ["interval", "command line"],
  ]);
  const env = { PORT: "1", EPOLLUX_WORKERS: "2", EPOLLUX_QUIET: "" };
  assert.equal([...parse("-w 3", env).sources].sort(), [
    ["port", "PORT"], ["workers", "command line"],
  ]);
});

test("a poller or trigger that does not exist is an error that lists those that do", () => {
  assert.is(complaint("--poller foo"), "--poller: 'foo' is not epoll, poll, select or busy");
  assert.is(complaint("--poller epol"),
    "--poller: 'epol' is not epoll, poll, select or busy (did you mean 'epoll'?)");
  assert.is(complaint("echo --trigger egde"),
    "--trigger: 'egde' is not level or edge (did you mean 'edge'?)");
});

test("only epoll has edges to trigger on", () => {
  assert.is(settings("--trigger edge").trigger, "edge");
  for (const poller of ["poll", "select", "busy"]) {
    const line = `echo --trigger edge --poller ${poller}`;
    assert.is(complaint(line), "--trigger edge needs --poller epoll");
    assert.is(settings(`--trigger level --poller ${poller}`).poller, poller);
  }
});

test("serve watches for edges where it can, the other modes do not", () => {
  assert.is(settings("").trigger, "edge");
  assert.is(settings("--trigger level").trigger, "level");
  for (const line of ["--poller poll", "echo", "print", "load localhost:1"]) {
    assert.is(settings(line).trigger, "level", line);
  }
});

test("print has one worker", () => {
  assert.is(settings("print --workers 1").workers, 1);
  assert.is(complaint("print --workers 2"),
    "--workers: print has one, so that its lines stay in order");
});

test("load takes a host and a port", () => {
  const cases = {
    "127.0.0.1:7788": { host: "127.0.0.1", port: 7788 },
    "[::1]:65535": { host: "::1", port: 65535 },
    "localhost:1": { host: "localhost", port: 1 },
  };
  for (const [text, endpoint] of Object.entries(cases)) {
    assert.equal(settings(`load ${text}`).connect, endpoint);
    assert.equal(settings(`load --connect ${text}`).connect, endpoint);
  }
  const form = "a server such as 127.0.0.1:7788, [::1]:7788 or name:7788 (ports 1 to 65535)";
  const wrong = ["localhost", "localhost:", ":80", "::1:80", "[127.0.0.1]:80", "[::1]", "[x]:80",
    "localhost:0", "localhost:65536", "localhost:-1", "1.2.3.400:80", "[fe80::1%eth0]:80", "7788"];
  for (const text of wrong) {
    assert.is(complaint(`load ${text}`), `HOST:PORT: '${text}' is not ${form}`);
  }
  assert.is(complaint("load a:1 b:2"), "unexpected argument 'b:2', the server is 'a:1'");
  assert.is(complaint("load a:1 --connect b:2"), "--connect: given besides the server 'a:1'");
});

test("a lone number is the port of any server, and other words are none of theirs", () => {
  assert.is(settings("echo 7890").port, 7890);
  assert.is(settings("print 7890").port, 7890);
  assert.is(complaint("echo x"), "unexpected argument 'x' of echo");
  assert.is(complaint("echo 1 --port 2"), "unexpected argument '1' of echo");
  assert.is(complaint("echo 1 2"), "unexpected argument '2', the port is '1'");
});

test("the variables of options of other modes are not looked at", () => {
  const { sources } = parse("load localhost:1", { PORT: "x", EPOLLUX_INDEX: "/" });
  assert.equal([...sources.keys()], ["connect"]);
});

test("the port is an option, long, short or with an equals sign", () => {
  const lines = ["--port 80", "--port=80", "-p 80", "-p80"];
  for (const line of lines) assert.is(settings(line).port, 80);
});

test("a lone number is the port", () => {
  assert.is(settings("7890").port, 7890);
  assert.is(settings("7890").root, undefined);
});

test("a lone number is the directory if there is such a directory, or the port is given", () => {
  mkdirSync("7890");
  assert.is(settings("7890").root, "7890");
  assert.is(settings("7890").port, 7788);
  assert.is(settings("1234 --port 80").root, "1234");
});

test("the directory is an argument or an option", () => {
  assert.is(settings("public").root, "public");
  assert.is(settings("--root public").root, "public");
  assert.is(settings("-d public").root, "public");
  assert.is(settings("-- -strange").root, "-strange");
});

test("--host alone is every interface", () => {
  for (const line of ["--host", "-a", "--host --port 1", "--host ./html", "--host 8080"]) {
    assert.equal(settings(line).host, ["*"], line);
  }
  assert.is(settings("--host 8080").port, 8080);
});

test("--host takes the next argument if that is an address or a host name", () => {
  for (const host of ["127.0.0.1", "::1", "localhost", "web-1.example.com", "0.0.0.0"]) {
    assert.equal(settings(`--host ${host}`).host, [host]);
    assert.equal(settings(`-a ${host} public`), settings(`--host=${host} public`));
  }
  assert.equal(settings("--host [::1]").host, ["::1"]);
});

test("--host leaves the next argument alone if that is a directory here", () => {
  mkdirSync("html");
  assert.equal(settings("--host html").host, ["*"]);
  assert.is(settings("--host html").root, "html");
  assert.equal(settings("--host=html").host, ["html"]);
});

test("--host may be repeated", () => {
  assert.equal(settings("--host 127.0.0.1 --host ::1").host, ["127.0.0.1", "::1"]);
});

test("booleans take --name, --no-name and --name=true or false", () => {
  assert.is(settings("--keep-alive")["keep-alive"], true);
  assert.is(settings("--no-keep-alive")["keep-alive"], false);
  assert.is(settings("--keep-alive=false")["keep-alive"], false);
  assert.is(settings("--dotfiles=true").dotfiles, true);
  assert.is(settings("--no-dotfiles").dotfiles, false);
});

test("short switches may be put together", () => {
  assert.is(settings("-qp80").quiet, true);
  assert.is(settings("-qp80").port, 80);
});

test("every option that is no action has a variable, which the command line beats", () => {
  for (const [name, option] of OPTION_LIST) {
    if (option.action) continue;
    const { text, other, value } = sampleOf(option);
    const mode = option.modes?.[0] ?? "serve";
    const variable = `EPOLLUX_${name.toUpperCase().replaceAll("-", "_")}`;
    assert.is(variableOf(name), variable);
    const env = { [variable]: text };
    assert.equal(settings(mode, env)[name], value, variable);
    assert.equal(parse(mode, env).sources.get(name), variable);
    const flag = parse(`${mode} --${name}=${other}`, env);
    assert.equal(flag.settings[name], settings(`${mode} --${name}=${other}`)[name]);
    assert.not.equal(flag.settings[name], value, name);
    assert.is(flag.sources.get(name), "command line");
    assert.equal(settings(mode, { [variable]: "" })[name], settings(mode)[name]);
  }
});

test("switches are true or false in the environment", () => {
  assert.is(settings("", { EPOLLUX_KEEP_ALIVE: "false" })["keep-alive"], false);
  assert.is(settings("--keep-alive", { EPOLLUX_KEEP_ALIVE: "false" })["keep-alive"], true);
  assert.is(complaint("", { EPOLLUX_DOTFILES: "1" }), "EPOLLUX_DOTFILES: '1' is not true or false");
});

test("what may be repeated is a list in the environment, by commas or blanks", () => {
  for (const list of ["127.0.0.1,::1", "127.0.0.1 [::1]", " 127.0.0.1,\t::1 "]) {
    assert.equal(settings("", { EPOLLUX_HOST: list }).host, ["127.0.0.1", "::1"]);
  }
  assert.equal(settings("--host localhost", { EPOLLUX_HOST: "::1" }).host, ["localhost"]);
  assert.is(complaint("", { EPOLLUX_HOST: "::1,," }),
    "EPOLLUX_HOST: '' is not an address or host name");
});

test("PORT is read where EPOLLUX_PORT says nothing", () => {
  assert.is(settings("", { PORT: "81" }).port, 81);
  assert.is(settings("", { PORT: "81", EPOLLUX_PORT: "82" }).port, 82);
  assert.is(settings("--port 80", { PORT: "81", EPOLLUX_PORT: "82" }).port, 80);
  assert.is(settings("80", { PORT: "81" }).port, 80);
  assert.is(settings("", { PORT: "", EPOLLUX_PORT: "" }).port, 7788);
});

test("HOST is not read: some shells set it to the name of the machine", () => {
  assert.equal(settings("", { HOST: "web-1", HOSTNAME: "web-1" }).host, ["127.0.0.1"]);
});

test("an unknown variable of ours is an error that offers the likely one", () => {
  const cases = {
    EPOLLUX_PROT: "(did you mean 'EPOLLUX_PORT'?)",
    EPOLLUX_NO_KEEP_ALIVE: "(did you mean 'EPOLLUX_KEEP_ALIVE'?)",
    EPOLLUX_HELP: "(--help lists all options)",
    EPOLLUX_CHECK: "(--help lists all options)",
    EPOLLUX_: "(--help lists all options)",
  };
  for (const [name, hint] of Object.entries(cases)) {
    assert.is(complaint("", { [name]: "1" }), `unknown environment variable '${name}' ${hint}`);
    parse("", { [name]: "" });
    assert.is(parse("--help", { [name]: "1" }).action, "help");
  }
  parse("", { EPOLLUX: "1", EPOLLUXE: "1", epollux_port: "x", EPOLLUX_SHIM: "/x.node" });
});

test("the variables that Kubernetes sets for a service of our name are none of ours", () => {
  const links = {
    EPOLLUX_SERVICE_HOST: "10.0.0.1", EPOLLUX_SERVICE_PORT: "80", EPOLLUX_SERVICE_PORT_HTTP: "80",
    EPOLLUX_PORT: "tcp://10.0.0.1:80", EPOLLUX_PORT_80_TCP: "tcp://10.0.0.1:80",
    EPOLLUX_PORT_80_TCP_PROTO: "tcp", EPOLLUX_PORT_80_TCP_ADDR: "10.0.0.1",
    EPOLLUX_WEB_PORT: "udp://10.0.0.1:80", EPOLLUX_WEB_SERVICE_HOST: "10.0.0.1",
  };
  assert.is(settings("", links).port, 7788);
  assert.is(settings("", { ...links, PORT: "81" }).port, 81);
  assert.is(complaint("", { EPOLLUX_PORT: "http://x" }),
    "EPOLLUX_PORT: 'http://x' is not a port (0 to 65535)");
});

test("--workers auto is at least one", () => {
  assert.ok(settings("-w auto").workers >= 1);
});

test("--help and --version answer whatever else is wrong", () => {
  assert.is(parse("--help").action, "help");
  assert.is(parse("--prot -h").action, "help");
  assert.is(parse("-V").action, "version");
  assert.is(parse("-v").action, "version");
});

test("--help and --version are no switches: they take no value and have no opposite", () => {
  assert.is(complaint("--help=false"), "--help: takes no value");
  assert.is(complaint("--version=true"), "--version: takes no value");
  assert.is(complaint("--no-help"), "unknown option '--no-help' (--help lists them all)");
  assert.is(complaint("--no-version"), "unknown option '--no-version' (--help lists them all)");
  assert.is(parse("--no-help --help=false --help").action, "help");
});

test("an action comes in place of running, and alone", () => {
  for (const action of ["print-capabilities", "print-config", "check"]) {
    assert.is(parse(`--${action}`).action, action);
    assert.is(parse(`--${action}=false`).action, "run");
  }
  assert.is(complaint("--check --print-config"), "--check: given besides --print-config");
});

test("an unknown option is an error that offers the likely one", () => {
  assert.is(complaint("--prot 80"), "unknown option '--prot' (did you mean '--port'?)");
  assert.is(complaint("--no-keepalive"),
    "unknown option '--no-keepalive' (did you mean '--no-keep-alive'?)");
  assert.is(complaint("-z"), "unknown option '-z' (--help lists them all)");
  assert.is(complaint("--p 80"), "unknown option '--p' (--help lists them all)");
  assert.match(complaint("--no-port"), /^unknown option '--no-port'/);
  assert.match(complaint("--toString"), /^unknown option/);
  assert.match(complaint("--__proto__=1"), /^unknown option/);
});

test("a bad value is an error that names flag, value and allowed form", () => {
  const cases = {
    "--port 99999": "--port: '99999' is not a port (0 to 65535)",
    "-p http": "--port: 'http' is not a port (0 to 65535)",
    "99999": "--port: '99999' is not a port (0 to 65535)",
    "--host=http://x": "--host: 'http://x' is not an address or host name",
    "--host=": "--host: '' is not an address or host name",
    "--host=1.2.3.400": "--host: '1.2.3.400' is not an address or host name",
    "--host=fe80::1%eth0": "--host: 'fe80::1%eth0' is not an address or host name",
    "--workers 0": "--workers: '0' is not a number from 1 to 256, or auto",
    "--backlog -1": "--backlog: '-1' is not a number from 1 to 65535",
    "--idle-timeout 1x":
      "--idle-timeout: '1x' is not a duration from 100ms to 24h (units ms, s, m, h)",
    "--max-head 64k": "--max-head: '64k' is not a size from 1k to 65535 (units k, m, g)",
    "--dotfiles=1": "--dotfiles: '1' is not true or false",
    "--no-dotfiles=true": "--no-dotfiles: takes no value",
    "--index a/b": "--index: 'a/b' is not a list of file names such as index.html,index.htm",
    "--root=": "--root: '' is not a directory",
  };
  for (const [line, message] of Object.entries(cases)) assert.is(complaint(line), message);
});

test("a missing value is an error that says what it should be", () => {
  assert.is(complaint("--port"), "--port: value missing, it takes a port (0 to 65535)");
  assert.is(complaint("--port --quiet"), "--port: value missing, it takes a port (0 to 65535)");
});

test("a bad environment variable is named as such", () => {
  assert.is(complaint("", { PORT: "x" }), "PORT: 'x' is not a port (0 to 65535)");
  assert.is(complaint("", { EPOLLUX_MAX_HEAD: "64k" }),
    "EPOLLUX_MAX_HEAD: '64k' is not a size from 1k to 65535 (units k, m, g)");
  assert.is(complaint("", { EPOLLUX_POLLER: "epol" }),
    "EPOLLUX_POLLER: 'epol' is not epoll, poll, select or busy (did you mean 'epoll'?)");
});

test("--listen takes ports, addresses, names, Unix sockets and descriptors", () => {
  const tcp = (host, port) => ({ type: "tcp", host, port });
  const cases = {
    "8080": tcp("*", 8080),
    ":8080": tcp("*", 8080),
    "*:0": tcp("*", 0),
    "127.0.0.1:8080": tcp("127.0.0.1", 8080),
    "[::1]:65535": tcp("::1", 65535),
    "localhost:1": tcp("localhost", 1),
    "unix:/run/a.sock": { type: "unix", path: "/run/a.sock" },
    "unix:a.sock": { type: "unix", path: "a.sock" },
    "unix:@a:b": { type: "unix", path: "@a:b" },
    "fd:3": { type: "inherited", descriptor: 3 },
  };
  for (const [text, address] of Object.entries(cases)) {
    assert.equal(settings(`--listen ${text}`).listen, [text]);
    assert.equal(parseNamedAddress(text), address);
  }
  const all = Object.keys(cases);
  assert.equal(settings(all.map((text) => `--listen=${text}`).join(" ")).listen, all);
  const wrong = ["", "localhost", "127.0.0.1", "::1:80", "[::1]", ":65536", "*:", ":x", "unix:", "fd:",
    "fd:x", "fd:-1", "fd:2147483648", "[localhost]:1", "any:", "::", "http://localhost:80"];
  for (const text of wrong) {
    assert.is(
      complaint(`--listen=${text}`),
      `--listen: '${text}' is not an address such as 127.0.0.1:8080, [::1]:8080, name:8080, :8080, ` +
        "unix:/path or fd:3",
    );
  }
});

test("--listen takes the place of --port and --host", () => {
  const message = "given besides --listen, which names ports and hosts itself";
  assert.is(complaint("--listen :80 --port 80"), `--port: ${message}`);
  assert.is(complaint("--host --listen :80"), `--host: ${message}`);
  assert.is(complaint("--listen :80 7890"), `--port: ${message}`);
  assert.is(complaint("", { EPOLLUX_LISTEN: ":80", EPOLLUX_PORT: "1" }), `--port: ${message}`);
  assert.equal(settings("", { EPOLLUX_LISTEN: ":80", PORT: "1" }).listen, [":80"]);
  assert.equal(settings("--listen :80", { PORT: "1" }).listen, [":80"]);
  assert.equal(settings("--port 1", { EPOLLUX_LISTEN: ":80,fd:3" }).listen, undefined);
  assert.equal(settings("", { EPOLLUX_LISTEN: ":80,fd:3" }).listen, [":80", "fd:3"]);
});

test("permissions are octal", () => {
  for (const text of ["0660", "660", "777", "000"]) {
    assert.is(settings(`--unix-socket-mode ${text}`)["unix-socket-mode"], parseInt(text, 8));
  }
  for (const text of ["", "8", "0888", "1777", "rw-rw----", "0x1ff", "66"]) {
    assert.is(
      complaint(`--unix-socket-mode=${text}`),
      `--unix-socket-mode: '${text}' is not an octal mode such as 0660`,
    );
  }
});

test("--user takes names and numbers, with a group or without", () => {
  for (const text of ["www-data", "33:web"]) assert.is(settings(`--user ${text}`).user, text);
  for (const text of ["", ":web", "a:", "a:b:c"]) {
    assert.match(complaint(`--user=${text}`), `--user: '${text}' is not a user such as www-data`);
  }
});

test("only --host and --listen may be given more than once", () => {
  assert.is(complaint("-p 1 --port 2"), "--port: given more than once");
  assert.is(complaint("--dotfiles --no-dotfiles"), "--dotfiles: given more than once");
  assert.is(complaint("a b"), "unexpected argument 'b', the directory is 'a'");
  assert.is(complaint("a --root b"), "--root: given besides the directory 'a'");
});

test("every limit is accepted and the number beyond it is not", () => {
  for (const [name, { kind, range, modes }] of OPTION_LIST) {
    if (!range || kind === "port") continue;
    const unit = kind === "duration" ? "ms" : "";
    const option = `${modes?.[0] ?? "serve"} --${name}`;
    for (const limit of range) assert.is(settings(`${option} ${limit}${unit}`)[name], limit);
    assert.match(complaint(`${option} ${range[1] + 1}${unit}`), / is not a/);
    assert.match(complaint(`${option}=${range[0] - 1}${unit}`), / is not a/);
  }
});

test("the guest gets its arguments in its own units", () => {
  const args = guestArguments(
    "serve",
    settings("--idle-timeout 2m --max-head 8k --no-keep-alive --dotfiles --index a,b"),
    ["127.0.0.1:7788", "[::1]:7788"],
  );
  const value = (name) => args[args.indexOf(name) + 1];
  assert.equal(args.slice(0, 5), ["serve", "--listen", "127.0.0.1:7788", "--listen", "[::1]:7788"]);
  assert.is(value("--idle-timeout"), "120000");
  assert.is(value("--max-head"), "8192");
  assert.is(value("--keep-alive"), "off");
  assert.is(value("--dotfiles"), "on");
  assert.is(value("--index"), "a,b");
  assert.not(args.includes("--workers"));
  assert.not(args.includes("--grace-period"));
});

test("the guest gets the arguments of its mode only", () => {
  assert.equal(guestArguments("echo", settings("echo --poller poll"), ["127.0.0.1:1"]), [
    "echo", "--listen", "127.0.0.1:1", "--poller", "poll", "--trigger", "level",
    "--max-connections", "10240", "--backlog", "511", "--max-buffers", "2048",
  ]);
  const load = settings("load localhost:1 --connections 5 --interval 20ms --duration 3s");
  assert.equal(guestArguments("load", load, ["127.0.0.1:1"]), [
    "load", "--connect", "127.0.0.1:1", "--connections", "5", "--interval", "20",
    "--poller", "epoll", "--trigger", "level",
  ]);
});

test("connections are divided among the workers", () => {
  const share = (line) => {
    const args = guestArguments("serve", settings(line), []);
    return args[args.indexOf("--max-connections") + 1];
  };
  assert.is(share(""), "10240");
  assert.is(share("--workers 4"), "2560");
  assert.is(share("--workers 3 --max-connections 10"), "4");
  assert.is(share("--workers 8 --max-connections 1"), "1");
});

test("a suggestion is near, or there is none", () => {
  const names = Object.keys(OPTIONS);
  assert.is(nearest("prot", names), "port");
  assert.is(nearest("hots", names), "host");
  assert.is(nearest("dotfile", names), "dotfiles");
  assert.is(nearest("gzip", names), undefined);
  assert.is(nearest("x", names), undefined);
});

test.run();
