// --max-connections-per-client: who has too many connections is told so, and nobody else notices.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { withIPv6 } from "../helpers/available.js";
import {
  ask, connect, eventually, get, head, makeGuest, makeRoot, read, request, statuses,
  withServer,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";

const root = makeRoot({ "hello.txt": "Hello, world!\n" });
const LIMIT = ["--max-connections-per-client", "2"];
const HALF = "GET /hello.txt HTTP/1.1\r\n";

const perClient = suite("per client");
const byHand = oursAlone(perClient, "byHand");
const halfClosing = needing(perClient, "halfClose");

/** Clients at this address that have been served and stay. */
async function stay(server, count) {
  const wires = [];
  for (let i = 0; i < count; i++) {
    wires.push(await connect(server));
    void wires[i].send(get("/hello.txt"));
    assert.equal(statuses(await read(wires[i])), [200]);
  }
  return wires;
}

const from = (server, localAddress) => ({ port: server.port, localAddress });

needing(perClient, "deferral")("one connection too many is answered with 503 and closed", async () => {
  await withServer({ root: root.path, args: LIMIT }, async (server) => {
    const wires = await stay(server, 2);
    for (const request of [get("/hello.txt"), head("/hello.txt"), "nonsense\r\n\r\n"]) {
      const wire = await connect(server);
      void wire.send(request);
      const [response] = await read(wire);
      assert.is(response.status, 503);
      assert.is(response.get("connection"), "close");
      assert.match(response.get("retry-after"), /^\d+$/);
      assert.is(await wire.ended(), "closed");
      wire.close();
    }
    for (const wire of wires) {
      void wire.send(get("/hello.txt"));
      assert.equal(statuses(await read(wire)), [200]);
    }
    wires[0].close();
    await eventually(async () => (await ask(server, get("/hello.txt"))).status === 200, "room");
    wires[1].close();
  });
});

perClient("other addresses are not concerned", async () => {
  await withServer({ root: root.path, args: LIMIT }, async (server) => {
    const wires = [
      ...await stay(from(server, "127.0.0.1"), 2),
      ...await stay(from(server, "127.0.0.2"), 2),
    ];
    assert.is((await ask(from(server, "127.0.0.2"), get("/hello.txt"))).status, 503);
    assert.is((await ask(from(server, "127.0.0.3"), get("/hello.txt"))).status, 200);
    for (const wire of wires) wire.close();
  });
});

withIPv6(needing(perClient, "bothFamilies"))("on a socket for both, addresses of IPv4 are told apart", async () => {
  await withServer({ root: root.path, args: [...LIMIT, "--host", "::"] }, async (server) => {
    const wires = [
      ...await stay(from(server, "127.0.0.1"), 2),
      ...await stay(from(server, "127.0.0.2"), 2),
      ...await stay({ port: server.port, host: "::1" }, 2),
    ];
    assert.is((await ask({ port: server.port, host: "::1" }, get("/"))).status, 503);
    assert.is((await ask(from(server, "127.0.0.1"), get("/"))).status, 503);
    for (const wire of wires) wire.close();
  });
});

perClient("the answer comes also before the request, and is not reset away by it", async () => {
  const args = [...LIMIT, "--no-defer-accept"];
  await withServer({ root: root.path, args }, async (server) => {
    const wires = await stay(server, 2);
    const wire = await connect(server);
    await eventually(() => wire.received.length > 0, "answer");
    void wire.send(get("/hello.txt", `X: ${"x".repeat(10_000)}`));
    assert.equal(statuses(await read(wire)), [503]);
    assert.is(await wire.ended(), "closed");
    for (const one of [...wires, wire]) one.close();
  });
});

byHand("who has not sent all of a request is not closed before the rest has come", async () => {
  const withLength = (...fields) => request("POST", "/hello.txt", fields, "12345");
  const whole = [get("/hello.txt"), head("/hello.txt"), withLength("Content-Length: 5")];
  const part = [
    HALF, get("/hello.txt") + HALF, withLength("Content-Length: 10"),
    withLength("Transfer-Encoding: chunked"),
  ];
  for (const text of [...whole, ...part]) {
    const guest = await makeGuest(root.path, ["--max-connections-per-client", "1"]);
    const first = await connect(guest);
    guest.step();
    const wire = await connect(guest);
    await wire.send(text);
    guest.step();
    assert.is((await wire.next()).status, 503);
    guest.step();
    assert.is(guest.guest.countNow().open, whole.includes(text) ? 1 : 2, text);
    for (const one of [first, wire]) one.close();
    guest.end();
  }
});

halfClosing("a request that is larger than what is read at once does not reset it away", async () => {
  await withServer({ root: root.path, args: LIMIT }, async (server) => {
    const wires = await stay(server, 2);
    const wire = await connect(server);
    void wire.send(get("/hello.txt").repeat(3000));
    wire.pending.length = 1;
    assert.equal(statuses(await read(wire)), [503]);
    assert.is(await wire.ended(), "closed");
    for (const one of [...wires, wire]) one.close();
  });
});

perClient("who is turned away makes room for others before anybody who was served", async () => {
  const args = [...LIMIT, "--max-connections", "4", "--no-defer-accept"];
  await withServer({ root: root.path, args }, async (server) => {
    const wires = await stay(from(server, "127.0.0.2"), 1);
    wires.push(...await stay(from(server, "127.0.0.1"), 2));
    const excess = await connect(from(server, "127.0.0.1"));
    await eventually(() => excess.received.length > 0, "503"); // and it is waited for its end
    assert.is((await ask(from(server, "127.0.0.3"), get("/hello.txt"))).status, 200);
    for (const wire of wires) {
      void wire.send(get("/hello.txt"));
      assert.equal(statuses(await read(wire)), [200]);
    }
    for (const wire of [...wires, excess]) wire.close();
  });
});

byHand("who is turned away is counted as refused, and takes no place", async () => {
  const guest = await makeGuest(root.path, [...LIMIT, "--max-connections", "4"]);
  const wires = await guest.run(() => stay(guest, 2));
  for (let i = 0; i < 50; i++) {
    assert.is((await guest.run(() => ask(guest, get("/hello.txt")))).status, 503);
  }
  const { refused, open, connections } = guest.guest.countNow();
  assert.equal({ refused, open, connections }, { refused: 50, open: 2, connections: 52 });
  for (const wire of wires) wire.close();
  await guest.run(eventually(() => guest.guest.countNow().open === 0, "all gone"));
  guest.end();
});

perClient("300 clients that come and go as they like leave no trace", async () => {
  await withServer({ root: root.path, args: LIMIT }, async (server) => {
    const one = async (_, i) => {
      const wire = await connect(from(server, `127.0.${i % 7}.${1 + (i % 13)}`));
      void wire.send(i % 3 ? get("/hello.txt", ...(i % 2 ? ["Connection: close"] : [])) : "GET /h");
      if (i % 3) await read(wire);
      wire.socket[i % 5 ? "destroy" : "resetAndDestroy"]();
    };
    await Promise.all(Array.from({ length: 300 }, one));
    for (let i = 0; i < 3; i++) {
      const to = from(server, "127.0.0.1");
      await eventually(async () => (await ask(to, get("/hello.txt"))).status === 200, "room");
    }
  });
});

perClient.run();
