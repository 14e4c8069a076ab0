import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { E, hasIPv6, outcome, shim } from "../helpers/proxy.js";

const REUSE_PORT = 1;
const V6_ONLY = 2;

const host = suite("host");
const whereIPv6 = hasIPv6 ? host : host.skip;

host.before.each((context) => {
  context.open = [];
  context.listen = (ip, port, flags = 0) => {
    const fd = shim.openListener(ip, port, 16, flags);
    if (fd >= 0) context.open.push(fd);
    return fd;
  };
});
host.after.each(({ open }) => open.forEach(shim.closeDescriptor));

/** Whether a client gets a connection. */
async function accepts(ip, port) {
  const client = connect(port, ip);
  const connected = await once(client, "connect").then(
    () => true,
    () => false, // once() rejects with an "error" event
  );
  client.destroy();
  return connected;
}

host("listens on IPv4 and IPv6 and tells the port it got", async ({ listen }) => {
  for (const ip of hasIPv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"]) {
    const fd = listen(ip, 0);
    const port = shim.listenerPort(fd);
    assert.ok(port > 0, outcome(fd));
    assert.ok(await accepts(ip, port));
  }
});

host("takes numeric addresses only", ({ listen }) => {
  const names = ["localhost", "", "1".repeat(100)];
  const spellings = ["127.1", "0x7f.0.0.1", "[::1]", "127.0.0.1:80", "::1 ", "999.0.0.1"];
  for (const ip of [...names, ...spellings]) {
    assert.is(outcome(listen(ip, 0)), "EINVAL", ip);
  }
});

host("takes ports from 0 to 65535", ({ listen }) => {
  for (const port of [-1, 65536, 2 ** 31 - 1]) {
    assert.is(outcome(listen("127.0.0.1", port)), "EINVAL", `${port}`);
  }
});

host("answers EADDRINUSE for a port that is taken", ({ listen }) => {
  const port = shim.listenerPort(listen("127.0.0.1", 0));
  assert.is(outcome(listen("127.0.0.1", port)), "EADDRINUSE");
  assert.is(outcome(listen("127.0.0.1", port, REUSE_PORT)), "EADDRINUSE");
});

host("answers EADDRNOTAVAIL for an address that is not this machine's", ({ listen }) => {
  assert.is(outcome(listen("192.0.2.1", 0)), "EADDRNOTAVAIL"); // TEST-NET-1, RFC 5737
});

host("shares a port among listeners that all ask for it", ({ listen }) => {
  const port = shim.listenerPort(listen("127.0.0.1", 0, REUSE_PORT));
  assert.ok(listen("127.0.0.1", port, REUSE_PORT) > 2);
});

host("lets others share a port from when both sides say so", ({ listen }) => {
  const first = listen("127.0.0.1", 0);
  const port = shim.listenerPort(first);
  assert.is(shim.adjustListener(first, REUSE_PORT), 0);
  assert.is(outcome(listen("127.0.0.1", port)), "EADDRINUSE");
  assert.ok(listen("127.0.0.1", port, REUSE_PORT) > 2);
});

whereIPv6("serves IPv4 on the IPv6 wildcard, unless told otherwise", async ({ listen }) => {
  const both = shim.listenerPort(listen("::", 0));
  const only = shim.listenerPort(listen("::", 0, V6_ONLY));
  assert.equal([await accepts("127.0.0.1", both), await accepts("::1", both)], [true, true]);
  assert.equal([await accepts("127.0.0.1", only), await accepts("::1", only)], [false, true]);
});

host("tells no port of what is no listener", () => {
  const eventfd = shim.openEventfd();
  assert.is(outcome(shim.listenerPort(eventfd)), "ENOTSOCK");
  assert.is(outcome(shim.listenerPort(-1)), "EBADF");
  shim.closeDescriptor(eventfd);
});

host("opens directories, and nothing else, as roots", () => {
  const fd = shim.openRoot("/tmp");
  assert.ok(fd > 2);
  assert.is(shim.closeDescriptor(fd), 0);
  assert.is(outcome(shim.openRoot("/etc/passwd")), "ENOTDIR");
  assert.is(outcome(shim.openRoot("/missing")), "ENOENT");
  assert.is(outcome(shim.openRoot("")), "ENOENT");
  assert.is(outcome(shim.openRoot("/".repeat(5000))), "ENAMETOOLONG");
});

host("listens on Unix sockets, with exactly the permissions asked for", ({ open }) => {
  const directory = mkdtempSync(join(tmpdir(), "epollux-"));
  const path = join(directory, "a");
  const before = process.umask();
  const fd = shim.openUnixListener(path, 0o606, 16);
  open.push(fd);
  assert.is(statSync(path).mode & 0o777, 0o606);
  assert.is(process.umask(), before);
  assert.is(shim.listenerAddress(fd), `unix:${path}`);
  assert.is(shim.probeUnix(path), 0);
  assert.is(outcome(shim.openUnixListener(path, 0o606, 16)), "EADDRINUSE");
  shim.closeDescriptor(open.pop());
  assert.is(outcome(shim.probeUnix(path)), "ECONNREFUSED");
  rmSync(directory, { recursive: true });
  assert.is(outcome(shim.probeUnix(path)), "ENOENT");
  assert.is(outcome(shim.openUnixListener(path, 0o606, 16)), "ENOENT");
});

host("tells a socket on which nobody can wait any more from one where nobody listens", ({ open }) => {
  const name = `@epollux-${process.pid}`;
  open.push(shim.openUnixListener(name, 0, 0));
  assert.is(shim.probeUnix(name), 0);
  assert.is(shim.probeUnix(name), 0, "its queue is full");
});

host("takes names of Unix sockets for which there is room", ({ open }) => {
  for (const [name, result] of [
    ["", "ENAMETOOLONG"],
    [`/nowhere/${"x".repeat(98)}`, "ENOENT"],
    [`/nowhere/${"x".repeat(99)}`, "ENAMETOOLONG"],
    [`@${"x".repeat(108)}`, "ENAMETOOLONG"],
    ["x".repeat(5000), "ENAMETOOLONG"],
  ]) {
    assert.is(outcome(shim.openUnixListener(name, 0o600, 1)), result, name);
    assert.is(outcome(shim.probeUnix(name)), result, name);
    assert.is(outcome(shim.notify(name, "READY=1")), result, name);
  }
  const longest = `@${"x".repeat(107)}`;
  const fd = shim.openUnixListener(longest, 0, 1);
  open.push(fd);
  assert.is(shim.listenerAddress(fd), `unix:${longest}`);
});

host("tells what a listener is bound to", ({ listen }) => {
  const fd = listen("127.0.0.1", 0);
  assert.is(shim.listenerAddress(fd), `127.0.0.1:${shim.listenerPort(fd)}`);
  assert.is(outcome(shim.listenerAddress(-1)), "EBADF");
});

whereIPv6("tells a wildcard that takes IPv4 from one that does not", ({ listen }) => {
  const [both, only] = [listen("::", 0), listen("::", 0, V6_ONLY)];
  assert.is(shim.listenerAddress(both), `*:${shim.listenerPort(both)}`);
  assert.is(shim.listenerAddress(only), `[::]:${shim.listenerPort(only)}`);
});

host("takes over listening stream sockets, and nothing else", async ({ listen }) => {
  const fd = listen("127.0.0.1", 0);
  assert.is(shim.adoptListener(fd), 0);
  const client = connect(shim.listenerPort(fd), "127.0.0.1");
  await once(client, "connect");
  assert.is(outcome(shim.adoptListener(client._handle.fd)), "EINVAL");
  client.destroy();
  const datagrams = createSocket("udp4").bind(0, "127.0.0.1");
  await once(datagrams, "listening");
  const all = readdirSync("/proc/self/fd").map(Number);
  assert.ok(all.map((number) => outcome(shim.adoptListener(number))).includes("EPROTOTYPE"));
  datagrams.close();
  const eventfd = shim.openEventfd();
  assert.is(outcome(shim.adoptListener(eventfd)), "ENOTSOCK");
  shim.closeDescriptor(eventfd);
  assert.is(outcome(shim.adoptListener(-1)), "EBADF");
});

host("finds users and groups by name and by number", () => {
  assert.equal(shim.findUser("root"), [0, 0]);
  assert.equal(shim.findUser("0"), [0, 0]);
  assert.is(shim.findGroup("root"), 0);
  assert.is(shim.findGroup("12345"), 12345);
  for (const name of ["no-such-user", "", "-1", " 0", "0x0", "4294967295", "99999999999999999999"]) {
    assert.is(outcome(shim.findUser(name)), "ENOENT", name);
    assert.is(outcome(shim.findGroup(name)), "ENOENT", name);
  }
});

host("says whether a directory may be read", () => {
  const fd = shim.openRoot("/tmp");
  assert.is(shim.checkRoot(fd), 0);
  shim.closeDescriptor(fd);
  assert.is(shim.checkRoot(-1), E.EBADF);
});

host("answers EBADF for a descriptor that is not open", () => {
  assert.is(shim.wake(-1), E.EBADF);
  assert.is(shim.adjustListener(-1, 0), E.EBADF);
  assert.is(shim.closeDescriptor(-1), E.EBADF);
  assert.is(shim.closeDescriptor(2 ** 30), E.EBADF);
});

host("throws for an argument of the wrong type", () => {
  const mistakes = [
    [/ip must be a string/, () => shim.openListener(1, 2, 3, 4)],
    [/port must be a number/, () => shim.openListener("::1", "2", 3, 4)],
    [/flags must be a number/, () => shim.openListener("::1", 2, 3)],
    [/flags must be a number/, () => shim.adjustListener(2)],
    [/path must be a string/, () => shim.openRoot()],
    [/path must be a string/, () => shim.openUnixListener(1, 2, 3)],
    [/mode must be a number/, () => shim.openUnixListener("/", "2", 3)],
    [/backlog must be a number/, () => shim.openUnixListener("/", 2)],
    [/path must be a string/, () => shim.probeUnix("a\0b")],
    [/descriptor must be a number/, () => shim.adoptListener()],
    [/descriptor must be a number/, () => shim.listenerAddress("1")],
    [/descriptor must be a number/, () => shim.checkRoot()],
    [/name must be a string/, () => shim.findUser(0)],
    [/name must be a string/, () => shim.findGroup()],
    [/text must be a string/, () => shim.notify("/", 1)],
    [/without NUL/, () => shim.openRoot("/tmp\0/x")],
    [/descriptor must be a number/, () => shim.wake("1")],
    [/descriptor must be a number/, () => shim.closeDescriptor()],
  ];
  for (const [message, call] of mistakes) {
    assert.throws(call, (error) => error instanceof TypeError && message.test(error.message));
  }
});

host.run();
