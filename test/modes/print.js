// The mode `print`, with every poller: a line for each client that comes, for what it sends and
// when it goes; nothing a client sends can look like anything else.

import { networkInterfaces } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { eventually } from "../helpers/fixture.js";
import { connectAll, freePort, Peer, POLLERS, startTool } from "../helpers/modes.js";
import { start } from "../helpers/server.js";

const hasIPv6 = Object.values(networkInterfaces()).flat().some(({ address }) => address === "::1");

/** The lines after the banner that are about this client, without what they all begin with. */
function linesAbout(server, { localAddress, localPort }) {
  const isIPv6 = localAddress.includes(":");
  const prefix = `${isIPv6 ? `[${localAddress}]` : localAddress}:${localPort}: `;
  const [, ...lines] = server.stdout().trimEnd().split("\n");
  return lines.flatMap((line) => {
    if (line.startsWith(prefix)) return [line.slice(prefix.length)];
    return line.endsWith(` (${localAddress}, ${localPort})`) ? [line.split(" (")[0]] : [];
  });
}

const offline = ({ localPort }) => new RegExp(`^offline \\(\\S+, ${localPort}\\)\n`, "m");
const printed = (text) => new RegExp(`: ${text.replace(/[\\[\]()*+?.^$|{}]/g, "\\$&")}\n`);

/** Sends each piece when the one before has been printed as told; then goes. */
async function dictate(server, pieces) {
  const peer = await Peer.connect(server);
  for (const [bytes, text] of pieces) {
    await peer.send(bytes);
    await server.output(printed(text));
  }
  peer.socket.end();
  await server.output(offline(peer));
  return linesAbout(server, peer);
}

for (const { name, args } of POLLERS) {
  let server;

  test(`${name}: a client comes, sends and goes, each in a line with its address`, async () => {
    server = await startTool("print", args);
    const peer = await Peer.connect(server);
    const { localPort } = peer;
    await peer.send("hello");
    await server.output(/: hello\n/);
    peer.socket.end();
    await server.output(offline(peer));
    const [banner, ...lines] = server.stdout().trimEnd().split("\n");
    assert.match(banner, /^epollux \S+ print at 127\.0\.0\.1:\d+ \(1 worker, /);
    assert.equal(lines, [
      `new client (127.0.0.1, ${localPort})`,
      `127.0.0.1:${localPort}: hello`,
      `offline (127.0.0.1, ${localPort})`,
    ]);
    assert.is(await peer.ended(), "closed");
    assert.is(peer.length, 0, "nothing is sent back");
  });

  test(`${name}: text is printed as it is, the rest as escapes`, async () => {
    const cases = [
      ["Grüße, 世界 🙂", "Grüße, 世界 🙂"],
      ["one\ntwo\r\n\tthree", "one\\ntwo\\r\\n\\tthree"],
      ["back\\slash \\n", "back\\\\slash \\\\n"],
      ["\x1b[2J\x1b]0;title\x07", "\\x1B[2J\\x1B]0;title\\x07"],
      ["nul\0del\x7f", "nul\\x00del\\x7F"],
      // C1 controls, in UTF-8: terminals obey them too.
      ["\u009b31m \u0085", "\\xC2\\x9B31m \\xC2\\x85"],
      ["\noffline (127.0.0.1, 1)\n", "\\noffline (127.0.0.1, 1)\\n"],
    ];
    const texts = cases.map(([, text]) => text);
    assert.equal(await dictate(server, cases), ["new client", ...texts, "offline"]);
  });

  test(`${name}: invalid UTF-8 is escaped byte by byte`, async () => {
    const bytes = (...codes) => Buffer.from([...codes, 0x2e]);
    const cases = [
      [bytes(0xff, 0xfe), "\\xFF\\xFE."],
      [bytes(0x80, 0xbf), "\\x80\\xBF."],
      [bytes(0xc0, 0xaf), "\\xC0\\xAF."], // overlong
      [bytes(0xe0, 0x80, 0xaf), "\\xE0\\x80\\xAF."],
      [bytes(0xed, 0xa0, 0x80), "\\xED\\xA0\\x80."], // a surrogate
      [bytes(0xf4, 0x90, 0x80, 0x80), "\\xF4\\x90\\x80\\x80."], // beyond U+10FFFF
      [bytes(0xe2, 0x82), "\\xE2\\x82."], // cut short by another byte
      [bytes(0xf0, 0x9f, 0xc3, 0xa9), "\\xF0\\x9Fé."],
    ];
    const texts = cases.map(([, text]) => text);
    assert.equal(await dictate(server, cases), ["new client", ...texts, "offline"]);
  });

  test(`${name}: a sequence cut between two packets is put together`, async () => {
    const [euro, smile] = [Buffer.from("€"), Buffer.from("🙂")];
    const lines = await dictate(server, [
      [Buffer.concat([Buffer.from("a"), euro.subarray(0, 1)]), "a"],
      [Buffer.concat([euro.subarray(1), Buffer.from("b"), smile.subarray(0, 3)]), "€b"],
      [Buffer.concat([smile.subarray(3), Buffer.from("c"), euro.subarray(0, 2)]), "🙂c"],
      ["d", "\\xE2\\x82d"],
      [Buffer.concat([Buffer.from("e"), euro.subarray(0, 2)]), "e"],
    ]);
    const texts = ["a", "€b", "🙂c", "\\xE2\\x82d", "e", "\\xE2\\x82"];
    assert.equal(lines, ["new client", ...texts, "offline"]);
  });

  test(`${name}: many clients, each under its own port`, async () => {
    const peers = await connectAll(server, 100);
    await Promise.all(peers.map((peer, i) => peer.send(`number ${i}`)));
    for (const peer of peers) peer.socket.end();
    for (const [i, peer] of peers.entries()) {
      await server.output(offline(peer));
      assert.equal(linesAbout(server, peer), ["new client", `number ${i}`, "offline"]);
    }
  });

  test(`${name}: a reader of the lines that is slow misses none`, async () => {
    const slow = await startTool("print", args);
    slow.process.stdout.pause();
    const peer = await Peer.connect(slow);
    const other = await Peer.connect(slow);
    const text = Array.from({ length: 300_000 }, (_, i) => `${i}.`).join("");
    peer.socket.end(text);
    other.socket.end("me too");
    await pause(100); // time in which nobody reads, and the pipe fills
    slow.process.stdout.resume();
    await slow.output(offline(peer));
    await slow.output(offline(other));
    const [first, ...parts] = linesAbout(slow, peer);
    assert.is(first, "new client");
    assert.is(parts.pop(), "offline");
    assert.ok(parts.join("") === text, "all that was sent, in order");
    assert.equal(linesAbout(slow, other), ["new client", "me too", "offline"]);
    assert.is((await slow.stop()).code, 0);
  });

  test(`${name}: a reader that leaves ends the server`, async () => {
    const alone = await startTool("print", args);
    const peer = await Peer.connect(alone);
    await alone.output(/^new client/m);
    alone.process.stdout.destroy();
    await peer.send("is there anybody?");
    assert.is(await peer.ended(), "closed");
    assert.is((await alone.ended).code, 0);
    assert.is(alone.stderr(), "");
  });

  test(`${name}: a drain says goodbye to everybody`, async () => {
    const peer = await Peer.connect(server);
    await peer.send("still here");
    await server.output(/: still here\n/);
    const { code } = await server.stop();
    assert.is(await peer.ended(), "closed");
    assert.equal(linesAbout(server, peer), ["new client", "still here", "offline"]);
    assert.is(code, 0);
    assert.is(server.stderr(), "");
    assert.match(server.stdout(), /\nstopped: [\d.]+ \w+ on \d+ connections in [\d.]+ s\n$/);
  });
}

(hasIPv6 ? test : test.skip)("an IPv6 address stands in brackets before a port", async () => {
  const server = await startTool("print", ["--host", "::1"]);
  assert.match(server.stdout(), ` print at [::1]:${server.port} `);
  const peer = await Peer.connect({ port: server.port, host: "::1" });
  const { localPort } = peer;
  await peer.send("hello");
  await server.output(/: hello\n/);
  peer.socket.end();
  await server.output(offline(peer));
  const [, ...lines] = server.stdout().trimEnd().split("\n");
  assert.equal(lines, [
    `new client (::1, ${localPort})`, `[::1]:${localPort}: hello`, `offline (::1, ${localPort})`,
  ]);
  await server.stop();
});
if (!hasIPv6) console.log("skipped: no IPv6 on the loopback interface");

test("--quiet leaves out the banner, not the lines", async () => {
  const port = await freePort();
  const server = start(["print", "--quiet", "--port", String(port)]);
  let peer;
  await eventually(async () => (peer = await Peer.connect({ port }).catch(() => undefined)), "up");
  await peer.send("hello");
  await server.output(/: hello\n/);
  peer.close();
  await server.stop();
  assert.match(server.stdout(), /^new client \(127\.0\.0\.1, \d+\)\n.*: hello\noffline .*\n$/);
});

test.run();
