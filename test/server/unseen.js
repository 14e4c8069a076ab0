// Requests that have come, but that the kernel has not reported yet, when the loop has something else
// to decide about their connection: its deadline, its place, the end of the server.

import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { connect, eventually, get, makeRoot, request, withGuest } from "../helpers/fixture.js";
import { oursAlone } from "../helpers/other-host.js";

const root = makeRoot({ "hello.txt": "Hello, world!\n" });
const HALF = "GET /hello.txt HTTP/1.1\r\n";
const REST = "Host: a\r\n\r\n";
const IDLE_MS = 600; // longer than the last answer counts as just given

const unseen = suite("unseen");
const byHand = oursAlone(unseen, "byHand");

/** Runs `use` with a guest of these arguments, to which nothing is reported while it `isBlind`. */
async function withKernel(args, use) {
  const kernel = { isBlind: false };
  const wrap = ({ imports: { epoll } }) => {
    const { epoll_wait } = epoll;
    epoll.epoll_wait = (...values) => (kernel.isBlind ? 0 : epoll_wait(...values));
  };
  await withGuest({ root: root.path, args, wrap }, (guest) => use(guest, kernel));
}

/** A connection that has had an answer, and idles. */
async function idleConnection(guest) {
  const wire = await connect(guest);
  await wire.send(get("/hello.txt"));
  assert.equal(await next(guest, wire), [200, true]);
  return wire;
}

/** The next answer: its status, and whether the connection persists; or how that ended. */
async function next(guest, wire) {
  const response = await guest.run(() => wire.next());
  return response ? [response.status, response.get("connection") !== "close"] : wire.end;
}

byHand("a head whose rest has come in time is not too late", async () => {
  await withKernel(["--header-timeout", "100"], async (guest, kernel) => {
    const wire = await connect(guest);
    await wire.send(HALF);
    guest.step();
    kernel.isBlind = true;
    await wire.send(REST);
    assert.equal(await next(guest, wire), [200, true]);
    wire.close();
  });
});

byHand("content that has come in time is not too late", async () => {
  await withKernel(["--header-timeout", "100"], async (guest, kernel) => {
    const wire = await connect(guest);
    await wire.send(request("GET", "/hello.txt", ["Content-Length: 9"]));
    guest.step();
    kernel.isBlind = true;
    await wire.send("123456789");
    assert.equal(await next(guest, wire), [200, true]);
    wire.close();
  });
});

byHand("a head of which nothing more has come is answered with 408", async () => {
  await withKernel(["--header-timeout", "100"], async (guest) => {
    const wire = await connect(guest);
    await wire.send(HALF);
    guest.step();
    assert.equal(await next(guest, wire), [408, false]);
    wire.close();
  });
});

byHand("a request that has come within the idle timeout is answered", async () => {
  await withKernel(["--idle-timeout", "100"], async (guest, kernel) => {
    const wire = await idleConnection(guest);
    kernel.isBlind = true;
    await wire.send(get("/hello.txt"));
    assert.equal(await next(guest, wire), [200, true]);
    wire.close();
  });
});

byHand("who is to make room, but has asked, is answered and stays", async () => {
  await withKernel(["--max-connections", "1"], async (guest, kernel) => {
    const wire = await idleConnection(guest);
    const other = await connect(guest);
    await other.send(get("/hello.txt"));
    guest.step(); // there is no room
    kernel.isBlind = true;
    await wire.send(get("/hello.txt"));
    assert.equal(await next(guest, wire), [200, true]);
    kernel.isBlind = false;
    await wire.send(get("/hello.txt"));
    assert.equal(await next(guest, wire), [200, true]);
    assert.equal(await next(guest, other), [200, true], "when the first is idle again");
    for (const one of [wire, other]) one.close();
  });
});

byHand("who has asked when the server ends is answered, and may still send", async () => {
  await withKernel([], async (guest) => {
    const wire = await idleConnection(guest);
    await guest.run(pause(IDLE_MS));
    await wire.send(get("/hello.txt"));
    guest.guest.drain();
    assert.equal(await next(guest, wire), [200, false]);
    await wire.send(get("/hello.txt"));
    assert.ok(guest.step());
    assert.is(guest.guest.countNow().open, 1, "it lingers");
    assert.is(await guest.run(() => wire.ended()), "closed");
    wire.close();
  });
});

byHand("a connection that lingers is none with a request in progress", async () => {
  await withKernel([], async (guest) => {
    const wire = await connect(guest);
    await wire.send(request("GET", "/hello.txt", ["Connection: close"]) + HALF);
    await eventually(() => guest.step() && wire.received.length > 0, "an answer");
    const { open, busy } = guest.guest.countNow();
    assert.equal([open, busy], [1, 0]);
    wire.close();
  });
});

unseen.run();
