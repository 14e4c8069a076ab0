/** The load of the bench against servers that are written for it: what it counts is what happened. */
import { mkdirSync, readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildLoad, Load } from "../../bench/load.js";
import { WORK } from "../../bench/site.js";
import { makeFolder } from "../helpers/folder.js";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const LAST = ANSWER.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
const NOT_FOUND = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
const NOT_MODIFIED = 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n';
const REQUEST = { paths: ["/"], batch: 1, status: 200 };
const SLICE_MS = 20;

const [, cpu] = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"));

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
  const load = new Load(cpu, port, { ...REQUEST, ...scenario }, fields, connections, program);
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

// Not where a bench that is running has it.
const program = join(makeFolder(test).path, "load");

test.before(() => {
  mkdirSync(WORK, { recursive: true });
  buildLoad(program);
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

test("asks for all paths in turn", () => {
  const paths = ["/a", "/b", "/c", "/d", "/e"];
  return withLoad(reply(ANSWER), { paths, connections: 1 }, async (load, seen) => {
    await load.run(SLICE_MS);
    assert.equal([...seen.paths], paths);
  });
});

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

test("sends no more at once than it is told to", () => {
  let isEarly = false;
  const delay = (socket) => {
    isEarly ||= socket.isAsked;
    socket.isAsked = true;
    setImmediate(() => {
      socket.isAsked = false;
      socket.write(ANSWER);
    });
  };
  return withLoad(delay, {}, async (load, seen) => {
    const { requests } = await load.run(SLICE_MS);
    assert.is(requests, seen.requests);
    assert.not(isEarly);
  });
});

test("a request that closes has a connection of its own", () => {
  const answer = (socket) => socket.end(LAST);
  return withLoad(answer, { fields: ["Connection: close"] }, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS);
    assert.is(requests, seen.requests);
    assert.is(seen.connections, seen.requests);
    assert.is(errors, 0);
  });
});

test("after an answer that was the last of its connection it asks on a new one", () => {
  const answer = (socket, number) => {
    if (number % 5 === 0) socket.end(LAST);
    else socket.write(ANSWER);
  };
  return withLoad(answer, { connections: 1 }, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS * 5);
    assert.is(requests, seen.requests);
    assert.is(seen.connections, Math.ceil(seen.requests / 5));
    assert.is(errors, 0);
  });
});

test("a connection that ends while another is waited for is not counted a second time", () => {
  // The first is answered until it has asked all; then it is closed, and the other one answered.
  let slow = null;
  let timer = null;
  const answer = (socket) => {
    slow ??= socket;
    if (socket === slow) return;
    socket.write(ANSWER);
    clearTimeout(timer);
    timer = setTimeout(() => {
      socket.on("close", () => slow.write(ANSWER));
      socket.end();
    }, SLICE_MS * 2);
  };
  return withLoad(answer, { connections: 2 }, async (load, seen) => {
    const { requests, errors } = await load.run(SLICE_MS);
    assert.is(requests, seen.requests);
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

test("an answer that nobody has asked for is an error", () => {
  const twice = (socket, number) => {
    socket.setNoDelay();
    socket.write(ANSWER);
    if (number === 1) setImmediate(() => socket.write(ANSWER));
  };
  return withLoad(twice, { connections: 1 }, async (load) => {
    const { errors } = await load.run(SLICE_MS);
    assert.ok(errors > 0);
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
  const load = new Load(cpu, port, REQUEST, [], 1, program);
  const { errors, requests } = await load.run(SLICE_MS);
  assert.is(requests, 0);
  assert.ok(errors > 0);
  await load.stop();
});

test.run();
