// Limits: what is too long, too large or too many is refused in words, and others are not harmed.

import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  ask, bytesOf, connect, Download, eventually, get, lines, makeGuest, makeRoot, read, sha256,
  statuses,
  stopCleanly, talk, withServer,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { startServer } from "../helpers/server.js";

const LARGE = bytesOf(8 << 20);
const root = makeRoot({
  "hello.txt": "Hello, world!\n",
  "large.bin": LARGE,
  "page.txt": bytesOf(4000),
  "cached.bin": bytesOf(60_000),
});
const server = await startServer({ root: root.path });

const limits = suite("limits");
const byHand = oursAlone(limits, "byHand");
limits.after(() => stopCleanly(server));

/** Checks the status, and whether the connection goes on. */
async function check(bytes, status, to = server) {
  const { responses, end } = await talk(to, bytes);
  assert.equal(statuses(responses), [status]);
  assert.is(end, status < 400 ? "open" : "closed");
}

const target = (length) => `/hello.txt?${"q".repeat(length - 11)}`;
const fields = (count) => Array.from({ length: count }, (_, i) => `X-${i}: y`);
/** A request whose head has exactly this length. */
const headOf = (length) =>
  get("/hello.txt", `X: ${"x".repeat(length - get("/hello.txt").length - 5)}`);

limits("a target may have 8192 bytes, and not one more", async () => {
  await check(get(target(8192)), 200);
  await check(get(target(8193)), 414);
  await check(`GET /${"x".repeat(9000)}`, 414);
});

limits("a path may be as long as a target, even if no file can have it", async () => {
  const { responses, end } = await talk(server, get(`/${"x/".repeat(4095)}`));
  assert.equal(statuses(responses), [404]);
  assert.is(end, "open");
  const many = get(`/${"%41".repeat(2730)}`);
  assert.equal(statuses((await talk(server, many)).responses), [404]);
  const longest = `/${"a/".repeat(2046)}bc`;
  for (const path of [longest, `${longest}d`, `${longest}/`, `${longest}de/`]) {
    assert.is((await ask(server, get(path))).status, 404);
  }
});

limits("a directory whose redirect repeats a target of 8192 bytes is redirected", async () => {
  root.file("dir/index.html", "x");
  const query = "q".repeat(8192 - 5);
  const { responses, end } = await talk(server, get(`/dir?${query}`).repeat(3), { count: 3 });
  assert.equal(statuses(responses), [301, 301, 301]);
  assert.is(responses[2].get("location"), `/dir/?${query}`);
  assert.is(end, "open");
});

limits("a head may have 16384 bytes, and not one more", async () => {
  await check(headOf(16384), 200);
  await check(headOf(16385), 431);
  await check(get("/hello.txt", `X: ${"x".repeat(100_000)}`), 431);
  await check("\r\n".repeat(9000) + get("/hello.txt"), 431);
});

limits("pipelined heads may each have the greatest length", async () => {
  const { responses } = await talk(server, headOf(16384).repeat(20), { count: 20 });
  assert.equal(statuses(responses), Array(20).fill(200));
});

limits("a hundred field lines are served, one more is 431", async () => {
  await check(get("/hello.txt", ...fields(99)), 200);
  await check(get("/hello.txt", ...fields(100)), 431);
  await check(get("/hello.txt", ...fields(3000)), 431);
});

limits("the limits can be set, to their least and to their greatest", async () => {
  const least = ["--max-target", "256", "--max-head", "1024", "--max-fields", "2"];
  await withServer({ root: root.path, args: least }, async (other) => {
    await check(get(target(256)), 200, other);
    await check(get(target(257)), 414, other);
    await check(lines("GET / HTTP/1.0", `X: ${"x".repeat(1024)}`), 431, other);
    await check(lines("GET / HTTP/1.1", "Host: a", "X: y", "X: y"), 431, other);
    const { responses } = await talk(other, get("/page.txt").repeat(500), { count: 500 });
    assert.equal(statuses(responses), Array(500).fill(200));
  });
  const most = ["--max-target", "32768", "--max-head", "65535", "--max-fields", "256"];
  await withServer({ root: root.path, args: most }, async (other) => {
    await check(get(target(32768)), 200, other);
    await check(get(target(32769)), 414, other);
    await check(headOf(65535), 200, other);
    await check(headOf(65536), 431, other);
    await check(get("/hello.txt", ...fields(255)), 200, other);
    await check(get("/hello.txt", ...fields(256)), 431, other);
  });
});

const HALF = "GET /hello.txt HTTP/1.1\r\nHost: ";

/** Clients that ask and stay, one after the other. */
async function keepAsking(other, count) {
  const wires = [];
  for (let i = 0; i < count; i++) {
    wires.push(await connect(other));
    void wires[i].send(get("/hello.txt"));
    assert.equal(statuses(await read(wires[i])), [200]);
  }
  return wires;
}

/** Clients that wait for a place; each resolves with "served". */
function waitFor(other, count) {
  return Array.from({ length: count }, async () => {
    assert.is((await ask(other, get("/hello.txt", "Connection: close"))).status, 200);
    return "served";
  });
}

limits("clients beyond --max-connections wait, and are served when others leave", async () => {
  await withServer({ root: root.path, args: ["--max-connections", "3"] }, async (other) => {
    const busy = await Promise.all(Array.from({ length: 3 }, () => connect(other)));
    for (const wire of busy) await wire.send(HALF);
    const served = waitFor(other, 6);
    assert.is(await Promise.race([...served, pause(300, "waiting")]), "waiting");
    // Those that were accepted are served all the time, and may be in the middle of the next.
    void busy[0].send(`a\r\n\r\n${HALF}`);
    assert.equal(statuses(await read(busy[0])), [200]);
    busy[1].close();
    assert.equal(await Promise.all(served), Array(6).fill("served"));
    for (const wire of [busy[0], busy[2]]) {
      void wire.send("a\r\n\r\n");
      assert.equal(statuses(await read(wire)), [200]);
      wire.close();
    }
  });
});

limits("who has been idle longest makes room for a client that waits", async () => {
  await withServer({ root: root.path, args: ["--max-connections", "4"] }, async (other) => {
    const [first, second, third] = await keepAsking(other, 3);
    // Ages are told apart in ticks of 100 ms.
    await pause(120);
    void first.send(get("/hello.txt"));
    assert.equal(statuses(await read(first)), [200]);
    const busy = await connect(other);
    await busy.send(HALF);
    await pause(120);
    void second.send(get("/hello.txt"));
    assert.equal(statuses(await read(second)), [200]);
    assert.is(await waitFor(other, 1)[0], "served");
    assert.is(await third.ended(), "closed");
    assert.is(await waitFor(other, 1)[0], "served");
    for (const wire of [first, second]) {
      void wire.send(get("/hello.txt"));
      assert.equal(statuses(await read(wire)), [200]);
    }
    void busy.send("a\r\n\r\n");
    assert.equal(statuses(await read(busy)), [200]);
    for (const wire of [first, second, busy]) wire.close();
  });
});

limits("a silent client that was never served makes room as well", async () => {
  const args = ["--max-connections", "2", "--no-defer-accept"];
  await withServer({ root: root.path, args }, async (other) => {
    const silent = await Promise.all(Array.from({ length: 2 }, () => connect(other)));
    assert.is(await waitFor(other, 1)[0], "served");
    assert.is(await Promise.race(silent.map((wire) => wire.ended())), "closed");
    for (const wire of silent) wire.close();
  });
});

for (const trigger of ["edge", "level"]) {
  limits(`a full house of idle connections shuts nobody out (--trigger ${trigger})`, async () => {
    const args = ["--max-connections", "64", "--trigger", trigger];
    await withServer({ root: root.path, args }, async (other) => {
      const idle = await keepAsking(other, 64);
      const more = await Promise.all(Array.from({ length: 100 }, () => connect(other)));
      for (const wire of more) void wire.send(get("/hello.txt"));
      for (const wire of more) assert.equal(statuses(await read(wire)), [200]);
      for (const wire of [...idle, ...more]) wire.close();
    });
  });
}

needing(limits, "deferral")("500 clients come and go through ten places", async () => {
  await withServer({ root: root.path, args: ["--max-connections", "10"] }, async (other) => {
    const one = async () => {
      const response = await ask(other, get("/hello.txt", "Connection: close"));
      return response.status;
    };
    const answers = await Promise.all(Array.from({ length: 500 }, one));
    assert.equal(answers, Array(500).fill(200));
  });
});

limits("a place is free again however its client left it", async () => {
  await withServer({ root: root.path, args: ["--max-connections", "1"] }, async (other) => {
    for (const bytes of ["", "GET / HT", get("/large.bin"), lines("broken"), get("/hello.txt")]) {
      const wire = await connect(other);
      await wire.send(bytes);
      wire.socket.resetAndDestroy();
      assert.is((await ask(other, get("/hello.txt"))).status, 200);
    }
  });
});

/** Clients that each hold a buffer of the guest, because their request has not come whole. */
async function holdBuffers(guest, count) {
  const wires = await Promise.all(Array.from({ length: count }, () => connect(guest)));
  for (const wire of wires) await wire.send("GET /hello.txt HTTP/1.1\r\nHost: ");
  await guest.run(eventually(() => guest.guest.countNow().busy >= count, "all buffers held"));
  return wires;
}

byHand("when all buffers are held, whole requests are still served", async () => {
  const guest = await makeGuest(root.path, ["--max-buffers", "4"]);
  const holders = await holdBuffers(guest, 4);
  const wire = await connect(guest);
  for (const name of ["hello.txt", "cached.bin", "large.bin"]) {
    void wire.send(get(`/${name}`));
    assert.equal(statuses(await guest.run(() => read(wire))), [200]);
  }
  for (const [i, holder] of holders.entries()) {
    void holder.send(`${i}\r\n\r\n`);
    assert.equal(statuses(await guest.run(() => read(holder))), [200]);
    holder.close();
  }
  wire.close();
  guest.end();
});

byHand("when all buffers are held, a client that needs one is told so and counted", async () => {
  const guest = await makeGuest(root.path, ["--max-buffers", "4"]);
  const holders = await holdBuffers(guest, 4);
  const halves = [
    ["GET / HT", [503]],
    [`${get("/hello.txt")}GET /hello.txt HTTP/1.1\r\nHost: `, [200, 503]],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf", [503]],
  ];
  for (const [half, expected] of halves) {
    const wire = await connect(guest);
    await wire.send(half);
    const responses = await guest.run(() => read(wire, expected.length));
    assert.equal(statuses(responses), expected);
    assert.match(responses.at(-1).get("retry-after"), /^\d+$/);
    assert.is(await guest.run(() => wire.ended()), "closed");
    wire.close();
  }
  assert.is(guest.guest.countNow().refused, halves.length);
  for (const holder of holders) holder.close();
  await guest.run(eventually(() => guest.guest.countNow().open === 0, "all gone"));
  const again = await holdBuffers(guest, 4);
  for (const holder of again) holder.close();
  guest.end();
});

byHand("without a buffer for what comes behind it, a large answer is finished", async () => {
  const guest = await makeGuest(root.path, ["--max-buffers", "1"]);
  const [holder] = await holdBuffers(guest, 1);
  const bytes = `${get("/large.bin")}GET /hello.txt HTTP/1.1\r\nHost: `;
  const download = await Download.start(guest, bytes);
  assert.is(await guest.run(() => download.complete()), sha256(LARGE));
  holder.close();
  guest.end();
});

/**
 * Pipelines requests, reads late, and resolves with the contents that came before the end or a 503.
 */
async function readLate(guest, bytes) {
  const wire = await connect(guest);
  wire.socket.pause();
  const sending = wire.send(bytes);
  // Until the socket has taken all it can, and the rest would have to wait in a buffer.
  await guest.run(Promise.race([sending, pause(500)]));
  wire.socket.resume();
  const contents = await guest.run(async () => {
    const all = [];
    for (let response = await wire.next(); response; response = await wire.next()) {
      if (response.status === 503) break;
      all.push(response.content);
      if (wire.pending.length === 0) break;
    }
    return all;
  });
  wire.close();
  const broken = wire.violations.filter((text) => !text.startsWith("incomplete response"));
  return { contents, broken };
}

const page = bytesOf(4000);

byHand("without a buffer for it, an answer ends early and is not garbled", async () => {
  const guest = await makeGuest(root.path, ["--max-buffers", "1"]);
  const [holder] = await holdBuffers(guest, 1);
  const { contents, broken } = await readLate(guest, get("/page.txt").repeat(5000));
  assert.equal(broken, []);
  assert.is(contents.findIndex((content) => !page.equals(content)), -1);
  holder.close();
  guest.end();
});

byHand("the same if the one buffer is held by the client itself", async () => {
  // The one buffer is held by the client's own input, which is more than comes at once.
  const guest = await makeGuest(root.path, ["--max-buffers", "1"]);
  const { contents, broken } = await readLate(guest, get("/page.txt").repeat(5000));
  assert.equal(broken, []);
  assert.is(contents.findIndex((content) => !page.equals(content)), -1);
  guest.end();
});

byHand("without a buffer for it, an answer is the last of its connection", async () => {
  const guest = await makeGuest(root.path, ["--max-buffers", "1"]);
  const [holder] = await holdBuffers(guest, 1);
  const wire = await connect(guest);
  wire.socket.pause();
  const { requests } = guest.guest.countNow();
  let sent = 0;
  do {
    await wire.send(get("/page.txt"));
    sent++;
    guest.step();
    guest.step(); // where it is closed
  } while (guest.guest.countNow().open === 2 && sent < 10_000);
  const { open, requests: answered } = guest.guest.countNow();
  assert.equal([open, answered - requests], [1, sent]);
  wire.close();
  holder.close();
  guest.end();
});

byHand("downloads need no buffers", async () => {
  const guest = await makeGuest(root.path, ["--max-buffers", "1"]);
  const [holder] = await holdBuffers(guest, 1);
  const downloads = await Promise.all(
    Array.from({ length: 8 }, () => Download.start(guest, get("/large.bin"))),
  );
  const hashes = await guest.run(Promise.all(downloads.map((download) => download.complete())));
  assert.equal(hashes, Array(8).fill(sha256(LARGE)));
  holder.close();
  guest.end();
});

limits.run();
