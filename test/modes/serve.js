// The mode `serve`, with every poller: what the server tests show with epoll holds with the others.

import { test } from "uvu";
import * as assert from "uvu/assert";

import { byteByByte } from "../conformance/request.js";
import {
  bytesOf, connect, Download, get, makeRoot, read, sha256, statuses, stopCleanly, talk,
  withContent,
} from "../helpers/fixture.js";
import { POLLERS } from "../helpers/modes.js";
import { has, needing, oursAlone } from "../helpers/other-host.js";
import { startServer } from "../helpers/server.js";

const ours = oursAlone(test, "banner");
const telling = needing(test, "directory");
const LARGE = bytesOf(2 ** 20);
const HUGE = bytesOf(8 * 2 ** 20);
const root = makeRoot({ "index.html": "<p>here</p>", "large.bin": LARGE, "huge.bin": HUGE });

/** All are the same where there is none to choose. */
const pollers = has("pollers") ? POLLERS : POLLERS.slice(0, 1);

for (const { name, args } of pollers) {
  let server;

  test(`${name}: it starts`, async () => {
    server = await startServer({ root: root.path, args });
  });

  telling(`${name}: it says where it serves what`, () => {
    assert.ok(server.stdout().includes(`serving ${root.path} at ${server.url}/`));
  });

  ours(`${name}: the banner names the poller unless it is the default`, () => {
    assert.is(/, poller /.test(server.stdout()), name !== "epoll edge");
  });

  test(`${name}: a connection is kept alive, request after request`, async () => {
    const wire = await connect(server);
    for (let i = 0; i < 5; i++) {
      void wire.send(get("/"));
      const [response] = await read(wire);
      assert.is(response.status, 200);
      assert.is(response.content.toString(), "<p>here</p>");
    }
    void wire.send(get("/missing"));
    assert.is((await read(wire))[0].status, 404);
    wire.close();
  });

  test(`${name}: a request split over packets is one, and several in one are several`, async () => {
    const { responses } = await talk(server, byteByByte(get("/")));
    assert.is(responses[0].status, 200);

    const wire = await connect(server);
    void wire.send(get("/") + get("/missing") + get("/"));
    assert.equal(statuses(await read(wire, 3)), [200, 404, 200]);
    wire.close();
  });

  test(`${name}: a request's content is read however it comes`, async () => {
    const request = withContent("GET", "/", "content ".repeat(10_000));
    const wire = await connect(server);
    void wire.send(request.slice(0, 50), request.slice(50, 5000), request.slice(5000));
    assert.is((await read(wire))[0].status, 200);
    void wire.send(get("/"));
    assert.is((await read(wire))[0].status, 200);
    wire.close();
  });

  test(`${name}: a file of 1 MiB comes whole, again and again on one connection`, async () => {
    for (let i = 0; i < 2; i++) {
      const download = await Download.start(server, get("/large.bin"));
      assert.is(await download.complete(), sha256(LARGE));
    }
  });

  test(`${name}: a file of 8 MiB comes whole to a client that reads late`, async () => {
    const late = await Download.start(server, get("/huge.bin"));
    late.socket.pause();
    for (let i = 0; i < 20; i++) {
      const wire = await connect(server);
      void wire.send(get("/"));
      assert.is((await read(wire))[0].status, 200);
      wire.close();
    }
    late.socket.resume();
    assert.is(await late.complete(), sha256(HUGE));
  });

  test(`${name}: many connections at once, each answered twice`, async () => {
    const wires = await Promise.all(Array.from({ length: 300 }, () => connect(server)));
    for (let round = 0; round < 2; round++) {
      for (const wire of wires) void wire.send(get("/"));
      for (const wire of wires) assert.is((await read(wire))[0].status, 200);
    }
    for (const wire of wires) wire.close();
  });

  test(`${name}: it ends as cleanly as it served`, () => stopCleanly(server));
}

test.run();
