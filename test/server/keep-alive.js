// Persistence of connections (RFC 9112 §9.3).

import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  connect, get, lines, makeRoot, read, request, statuses, stopCleanly, talk, withServer,
} from "../helpers/fixture.js";
import { startServer } from "../helpers/server.js";

const root = makeRoot({ "hello.txt": "Hello, world!\n", "large.bin": Buffer.alloc(200_000, "x") });
const server = await startServer({ root: root.path });

const keepAlive = suite("keep-alive");
keepAlive.after(() => stopCleanly(server));

const http10 = (...fields) => lines("GET /hello.txt HTTP/1.0", ...fields);

/** What happens to the connection after the answer to this request, and what the answer says. */
async function fateAfter(bytes, to = server) {
  const { responses, end } = await talk(to, bytes);
  assert.equal(statuses(responses), [200]);
  return { end, says: responses[0].get("connection") };
}

const OPEN = { end: "open", says: undefined };
const STATED = { end: "open", says: "keep-alive" };
const CLOSED = { end: "closed", says: "close" };

const CASES = [
  ["a connection of HTTP/1.1 persists", get("/hello.txt"), OPEN],
  ["close ends it", get("/hello.txt", "Connection: close"), CLOSED],
  ["the option close is case-insensitive", get("/hello.txt", "CONNECTION: CLOSE"), CLOSED],
  ["close is found in a list", get("/hello.txt", "Connection: te, close , x"), CLOSED],
  ["close is found behind empty elements", get("/hello.txt", "Connection: ,, ,close"), CLOSED],
  ["close is found in a second line", get("/hello.txt", "Connection: te", "Connection: close"),
    CLOSED],
  ["close wins over keep-alive", get("/hello.txt", "Connection: keep-alive, close"), CLOSED],
  ["close wins over keep-alive in a later line",
    get("/hello.txt", "Connection: close", "Connection: keep-alive"), CLOSED],
  ["a token that only begins with close is another", get("/hello.txt", "Connection: closed"), OPEN],
  ["a token that only ends with close is another", get("/hello.txt", "Connection: disclose"), OPEN],
  ["keep-alive changes nothing in HTTP/1.1", get("/hello.txt", "Connection: keep-alive"), OPEN],
  ["HTTP/1.0 closes", http10(), CLOSED],
  ["HTTP/1.0 persists with keep-alive, and is told so", http10("Connection: keep-alive"), STATED],
  ["keep-alive is case-insensitive", http10("connection: Keep-Alive"), STATED],
  ["keep-alive is found in a list", http10("Connection: x, keep-alive"), STATED],
  ["HTTP/1.0 with keep-alive and close closes", http10("Connection: keep-alive, close"), CLOSED],
  ["Proxy-Connection is none of our business", http10("Proxy-Connection: keep-alive"), CLOSED],
];

for (const [name, bytes, fate] of CASES) {
  keepAlive(name, async () => assert.equal(await fateAfter(bytes), fate));
}

keepAlive("errors about a file leave the connection open", async () => {
  const requests = [get("/nowhere"), request("POST", "/hello.txt"), get("/%00"), get("/../x")];
  const { responses, end } = await talk(server, requests.join(""), { count: 4 });
  assert.equal(statuses(responses), [404, 405, 400, 400]);
  assert.is(end, "open");
});

keepAlive("many requests, one after the other, share a connection", async () => {
  const wire = await connect(server);
  for (let i = 0; i < 500; i++) {
    void wire.send(get(i % 50 === 7 ? "/large.bin" : "/hello.txt"));
    const [{ status, content }] = await read(wire);
    assert.is(status, 200);
    assert.is(content.length, i % 50 === 7 ? 200_000 : 14);
  }
  assert.is(wire.end, "");
  wire.close();
});

keepAlive("close ends the connection after the whole of a large file", async () => {
  const { responses, end } = await talk(server, get("/large.bin", "Connection: close"));
  assert.is(responses[0].content.length, 200_000);
  assert.is(end, "closed");
});

keepAlive("what follows a request with close is not answered", async () => {
  const bytes = get("/hello.txt") + get("/hello.txt", "Connection: close") + get("/nowhere");
  const { responses, end } = await talk(server, bytes, { count: 3 });
  assert.equal(statuses(responses), [200, 200]);
  assert.is(end, "closed");
});

keepAlive("a client that half-closes after its request gets the answer, then the end", async () => {
  for (const target of ["/hello.txt", "/large.bin"]) {
    const { responses, end } = await talk(server, get(target), { halfClose: true });
    assert.equal(statuses(responses), [200]);
    assert.is(end, "closed");
  }
});

keepAlive("with --no-keep-alive every answer closes, and says so", async () => {
  await withServer({ root: root.path, args: ["--no-keep-alive"] }, async (other) => {
    const requests = [get("/hello.txt"), http10(), http10("Connection: keep-alive")];
    for (const bytes of requests) assert.equal(await fateAfter(bytes, other), CLOSED);
    const { responses, end } = await talk(other, get("/hello.txt").repeat(3), { count: 3 });
    assert.equal(statuses(responses), [200]);
    assert.is(end, "closed");
    const large = await talk(other, get("/large.bin"));
    assert.is(large.responses[0].content.length, 200_000);
    assert.is(large.end, "closed");
  });
});

keepAlive("the last of --max-requests says so, and the connection ends", async () => {
  await withServer({ root: root.path, args: ["--max-requests", "3"] }, async (limited) => {
    const wire = await connect(limited);
    for (const connection of [undefined, undefined, "close"]) {
      void wire.send(get("/hello.txt"));
      const [response] = await read(wire);
      assert.is(response.status, 200);
      assert.is(response.get("connection"), connection);
    }
    assert.is(await wire.ended(), "closed");
    wire.close();
  });
});

keepAlive("requests behind the last of --max-requests do not reset its answer away", async () => {
  await withServer({ root: root.path, args: ["--max-requests", "3"] }, async (limited) => {
    const wire = await connect(limited);
    // More than is read at once, and still coming when the connection ends.
    void wire.send(...Array(10).fill(get("/large.bin", `X: ${"x".repeat(10_000)}`)));
    assert.equal(statuses(await read(wire, 3)), [200, 200, 200]);
    assert.is(await wire.ended(), "closed");
    wire.close();
  });
});

keepAlive.run();
