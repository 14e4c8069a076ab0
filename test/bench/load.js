/** The load of the bench against servers that are written for it: what it counts is what happened. */
import { mkdirSync } from "node:fs";
import net from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildLoad, Load } from "../../bench/load.js";
import { WORK } from "../../bench/site.js";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const NOT_FOUND = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
const NOT_MODIFIED = 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n';
const REQUEST = { paths: ["/"], batch: 1, status: 200 };
const SLICE_MS = 20;

/** A server that calls `answer` with the socket for each request; counts what has come. */
async function listen(answer) {
  const seen = { connections: 0, requests: 0, paths: new Set(), sockets: new Set() };
  const server = net.createServer((socket) => {
    seen.connections++;
    seen.sockets.add(socket);
    socket.on("close", () => seen.sockets.delete(socket));
    socket.on("error", () => {});
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (let end; (end = text.indexOf("\r\n\r\n")) >= 0; text = text.slice(end + 4)) {
        seen.requests++;
        seen.paths.add(text.split(" ", 2)[1]);
        answer(socket, seen.requests);
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, seen, port: server.address().port };
}

async function withLoad(answer, { fields = [], connections = 3, ...scenario }, use) {
  const { server, seen, port } = await listen(answer);
  const load = new Load(0, port, { ...REQUEST, ...scenario }, fields, connections);
  try {
    await use(load, seen);
  } finally {
    await load.stop();
    for (const socket of seen.sockets) socket.destroy();
    server.close();
  }
}

const reply = (text) => (socket) => socket.write(text);

const test = suite("the load of the bench");

test.before(() => {
  mkdirSync(WORK, { recursive: true });
  buildLoad();
});

test("counts as many requests as the server has had, on connections that stay", () =>
  withLoad(reply(ANSWER), {}, async (load, seen) => {
    const first = await load.run(SLICE_MS);
    assert.is(first.requests, seen.requests);
    assert.ok(first.seconds >= SLICE_MS / 1000, `${first.seconds} s`);
    assert.ok(first.p99 > 0);
    const second = await load.run(SLICE_MS);
    assert.is(first.requests + second.requests, seen.requests);
    assert.is(first.errors + second.errors, 0);
    assert.is(seen.connections, 3);
  }));

test("reads an answer that comes byte by byte", () => {
  const drip = (socket) => {
    socket.setNoDelay();
    const write = (i) => i < ANSWER.length && socket.write(ANSWER[i], () => write(i + 1));
    write(0);
  };
  return withLoad(drip, { connections: 1 }, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS);
    assert.is(requests, seen.requests);
    assert.is(errors, 0);
  });
});

test("reads a content to its end that comes in many parts", () => {
  const size = 3_000_000;
  const large = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${"x".repeat(size)}`;
  return withLoad(reply(large), { connections: 2 }, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS);
    assert.is(requests, seen.requests);
    assert.is(errors, 0);
  });
});

test("asks for all paths in turn", () =>
  withLoad(reply(ANSWER), { paths: ["/a", "/b", "/c"] }, async (load, seen) => {
    await load.run(SLICE_MS);
    assert.equal([...seen.paths].sort(), ["/a", "/b", "/c"]);
  }));

test("sends as many requests at once as it is told to", () => {
  let largest = 0;
  const gather = (socket, number) => {
    socket.held = (socket.held ?? 0) + 1;
    largest = Math.max(largest, socket.held);
    if (number % 4 === 0) socket.held = socket.write(ANSWER.repeat(4)) && 0;
  };
  const scenario = { batch: 4, connections: 1 };
  return withLoad(gather, scenario, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS);
    assert.is(requests, seen.requests);
    assert.is(largest, 4);
    assert.is(errors, 0);
  });
});

test("a request that closes has a connection of its own", () => {
  const answer = (socket) => socket.end(ANSWER);
  return withLoad(answer, { fields: ["Connection: close"] }, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS);
    assert.is(requests, seen.requests);
    assert.is(seen.connections, seen.requests);
    assert.is(errors, 0);
  });
});

test("an answer without content is one where the status says so", () =>
  withLoad(reply(NOT_MODIFIED), { status: 304 }, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS);
    assert.is(requests, seen.requests);
    assert.is(errors, 0);
  }));

test("each answer of another status is an error", () =>
  withLoad(reply(NOT_FOUND), {}, async (load) => {
    const { requests, errors } = await load.run(SLICE_MS);
    assert.ok(requests > 0);
    assert.is(errors, requests);
  }));

test("a connection that ends before its answer is an error, and is replaced", () => {
  const cut = (socket, number) => {
    if (number % 5 === 0) socket.end(ANSWER.slice(0, -1));
    else socket.write(ANSWER);
  };
  return withLoad(cut, { connections: 1 }, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS * 5);
    assert.ok(errors > 0, "no error");
    assert.is(errors, Math.floor(seen.requests / 5));
    assert.is(requests + errors, seen.requests);
  });
});

test("what is no answer, or more than was asked for, is an error", async () => {
  for (const answer of ["hello", "HTTP/1.1 200 OK\r\n\r\n", `${ANSWER}x`]) {
    const once = (socket, number) => socket.write(number === 1 ? `${answer}\r\n\r\n` : ANSWER);
    await withLoad(once, { connections: 1 }, async (load) => {
      assert.is((await load.run(SLICE_MS)).errors, 1, answer);
    });
  }
});

test("a connection that was closed between two times is opened again, which is no error", () =>
  withLoad(reply(ANSWER), {}, async (load, seen) => {
    await load.run(SLICE_MS);
    const closed = [...seen.sockets].map((socket) => new Promise((done) => socket.end(done)));
    await Promise.all(closed);
    const { requests, errors } = await load.run(SLICE_MS);
    assert.ok(requests > 0);
    assert.is(errors, 0);
    assert.is(seen.connections, 6);
  }));

test("a server that cannot be reached gives errors and no answers", async () => {
  const { server, port } = await listen(reply(ANSWER));
  await new Promise((resolve) => server.close(resolve));
  const load = new Load(0, port, REQUEST, [], 1);
  const { errors, requests } = await load.run(SLICE_MS);
  assert.is(requests, 0);
  assert.ok(errors > 0);
  await load.stop();
});

test.run();
