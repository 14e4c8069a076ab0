// Contents that are sent in many turns: the kernel holds back what fills no packet until they end.

import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  ask, bytesOf, connect, Download, eventually, get, makeDirectory, makeRoot, read, sha256, stopCleanly,
  withGuest,
} from "../helpers/fixture.js";
import { oursAlone } from "../helpers/other-host.js";
import { E } from "../helpers/proxy.js";
import { start } from "../helpers/server.js";

const LARGE = bytesOf((20 << 20) + 1);
const MEDIUM = bytesOf(70_000);
const root = makeRoot({ "large.bin": LARGE, "medium.bin": MEDIUM, "hello.txt": "Hello, world!\n" });

const corks = suite("cork");
const byHand = oursAlone(corks, "byHand");
const unix = oursAlone(corks, "workers");

/**
 * Runs `use` with a guest; `corked` are the values it has set, in their order. `answer` is what it is
 * told then, and `sendMs` how long a sendfile takes at least.
 */
async function withCorks(use, { answer, sendMs = 0 } = {}) {
  const corked = [];
  const wrap = ({ imports: { socket } }) => {
    const { cork, sendfile } = socket;
    socket.sendfile = (...values) => {
      const end = performance.now() + sendMs;
      const sent = sendfile(...values);
      while (performance.now() < end);
      return sent;
    };
    socket.cork = (fd, isCorked) => {
      corked.push(isCorked);
      return answer ?? cork(fd, isCorked);
    };
  };
  await withGuest({ root: root.path, wrap }, (guest) => use(guest, corked));
}

byHand("a connection is corked while a large file is sent, and no longer", async () => {
  await withCorks(async (guest, corked) => {
    const responses = await guest.run(async () => {
      const wire = await connect(guest);
      await wire.send(get("/large.bin") + get("/hello.txt"));
      return [...(await read(wire)), ...(await read(wire))];
    });
    const hashes = responses.map(({ content }) => sha256(content));
    assert.equal(hashes, [LARGE, "Hello, world!\n"].map(sha256));
    assert.equal(corked, [1, 0]);
  });
});

byHand("several parts of a large file are sent under one cork", async () => {
  await withCorks(async (guest, corked) => {
    const end = LARGE.length - 1;
    const ranges = `Range: bytes=0-9000000,9000002-${end}`;
    const response = await guest.run(() => ask(guest, get("/large.bin", ranges)));
    assert.is(response.status, 206);
    assert.is(response.content.indexOf(LARGE.subarray(9000002)) > 9000001, true);
    assert.equal(corked, [1, 0]);
  });
});

for (const name of ["hello.txt", "medium.bin"]) {
  byHand(`${name}, which a socket takes at once, is sent without`, async () => {
    await withCorks(async (guest, corked) => {
      assert.is((await guest.run(() => ask(guest, get(`/${name}`)))).status, 200);
      assert.equal(corked, []);
    });
  });
}

byHand("so are files whose turn it was not yet, because others took long", async () => {
  await withCorks(async (guest, corked) => {
    const wires = await Promise.all(Array.from({ length: 8 }, () => connect(guest)));
    for (const wire of wires) await wire.send(get("/medium.bin"));
    for (const wire of wires) {
      const [{ content }] = await guest.run(() => read(wire));
      assert.is(sha256(content), sha256(MEDIUM));
    }
    assert.equal(corked, []);
  }, { sendMs: 6 });
});

byHand("a client that goes before it has all is closed", async () => {
  await withCorks(async (guest, corked) => {
    await guest.run(async () => {
      const download = await Download.start(guest, get("/large.bin"));
      await download.reaches(1000);
      download.socket.destroy();
      await eventually(() => guest.guest.countNow().open === 0, "it is closed");
    });
    assert.equal(corked, [1, 0]);
  });
});

byHand("where sockets cannot be corked all is sent as well", async () => {
  await withCorks(async (guest, corked) => {
    const download = await Download.start(guest, get("/large.bin"));
    assert.is(await guest.run(() => download.complete()), sha256(LARGE));
    assert.equal(corked, [1, 0]);
  }, { answer: E.EOPNOTSUPP });
});

unix("a Unix socket, which has no packets, takes a large file", async () => {
  const path = join(makeDirectory(), "socket");
  const server = start([root.path, "--listen", `unix:${path}`]);
  await server.output(/unix:/);
  const download = await Download.start({ path }, get("/large.bin"));
  assert.is(await download.complete(), sha256(LARGE));
  await stopCleanly(server);
});

corks.run();
