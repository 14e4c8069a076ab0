/** Bytes that are no HTTP, clients that leave, many at once. The server must live on. */
import { HELLO_OK, must, ours, program } from "../case.js";
import { HANGS_UP } from "../expect.js";
import { LARGE } from "../fixtures.js";
import { byteByByte, get, lines } from "../request.js";

/** Answered with an error and closed, or closed without a word. */
const REFUSED = { any: [{ responses: [["4xx", "5xx"]], end: "closed" }, HANGS_UP] };
const refused = (what, bytes) => ours("9112 §2.2", `${what} is refused`, bytes, REFUSED);

/** A client that sends this much and then its FIN: the connection must end, without 2xx. */
const incomplete = (what, bytes) =>
  program("MUST", "9112 §8", `${what} followed by FIN ends the connection`, async (t) => {
    const result = await t.exchange([bytes], { halfClose: true });
    t.check(["closed", "reset"].includes(result.end), `the connection was ${result.end}`);
    t.check(result.responses.every((r) => r.status >= 400), "it was answered as if complete");
  });

const CLIENT_HELLO = Buffer.concat([
  Buffer.from("16030100c8010000c40303", "hex"),
  Buffer.alloc(32, 7),
  Buffer.from("20", "hex"),
  Buffer.alloc(161, 9),
]);
const ALIVE = "and another client is served";

export default [
  refused("a TLS handshake", CLIENT_HELLO),
  refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  refused("the greeting of SSH", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
  refused("the greeting of SMTP", "EHLO localhost\r\n\r\n"),
  refused("a response in place of a request", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
  refused("a thousand NULs", Buffer.alloc(1000)),
  refused("a thousand bytes of 0xff and an empty line",
    Buffer.concat([Buffer.alloc(1000, 255), Buffer.from("\r\n\r\n")])),
  refused("the prefix of the PROXY protocol",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + get("/hello.txt")),
  must("9112 §2.2", "a request that comes byte by byte is answered",
    byteByByte(get("/hello.txt", "X: y")), HELLO_OK),
  must("9112 §2.2", "a request in two packets, cut in a field name, is answered",
    [lines("GET /hello.txt HTTP/1.1", "Host: localhost").slice(0, 27),
      lines("GET /hello.txt HTTP/1.1", "Host: localhost").slice(27)], HELLO_OK),
  ours("9112 §9.6", "a client that closes its side after the request still gets the answer",
    get("/hello.txt"), { ...HELLO_OK, end: "clean" }, { halfClose: true }),
  ours("9112 §9.6", "a client that closes its side after two requests gets both answers",
    get("/hello.txt") + get("/large.bin"), { responses: [HELLO_OK, 200], end: "clean" },
    { halfClose: true }),
  incomplete("part of a request line", "GET /hel"),
  incomplete("a request line without fields", "GET /hello.txt HTTP/1.1\r\n"),
  incomplete("a head without its empty line", "GET /hello.txt HTTP/1.1\r\nHost: localhost\r\n"),
  incomplete("an empty line", "\r\n"),
  program("epollux", "9112 §9.5", `a client that connects and leaves does no harm, ${ALIVE}`,
    async (t) => {
      for (let i = 0; i < 20; i++) (await t.connect()).close();
      await t.expect(get("/hello.txt"), HELLO_OK);
    }),
  program("epollux", "9112 §9.5", `a client that resets in a large response does no harm, ${ALIVE}`,
    async (t) => {
      for (let i = 0; i < 10; i++) {
        const wire = await t.connect();
        void wire.send(get("/large.bin"));
        await wire.wait();
        wire.socket.resetAndDestroy();
      }
      await t.expect(get("/hello.txt"), HELLO_OK);
    }),
  program("epollux", "9112 §9.5", `a client that leaves before its answer does no harm, ${ALIVE}`,
    async (t) => {
      for (let i = 0; i < 20; i++) {
        const wire = await t.connect();
        await wire.send(get("/large.bin").repeat(5));
        wire.close();
      }
      await t.expect(get("/hello.txt"), HELLO_OK);
    }),
  program("epollux", "9112 §9.5", `clients that begin a request and wait hold up nobody, ${ALIVE}`,
    async (t) => {
      for (let i = 0; i < 50; i++) void (await t.connect()).send("GET /hello.txt HTTP/1.1\r\nHo");
      await t.expect(get("/hello.txt"), HELLO_OK);
    }),
  program("epollux", "9112 §9.5", `a client that reads nothing holds up nobody, ${ALIVE}`,
    async (t) => {
      const wire = await t.connect();
      wire.socket.pause();
      void wire.send(get("/large.bin").repeat(20));
      await t.expect(get("/hello.txt"), HELLO_OK);
    }),
  program("MUST", "9112 §9.3.2", "a client that reads late gets all of twenty large responses",
    async (t) => {
      const wire = await t.connect();
      wire.socket.pause();
      await wire.send(get("/large.bin").repeat(20));
      await t.expect(get("/hello.txt"), HELLO_OK);
      wire.socket.resume();
      for (let i = 1; i <= 20; i++) {
        const response = await wire.next();
        if (!response) return t.fail(`response ${i} did not come: ${wire.end || "silence"}`);
        if (!response.content.equals(LARGE)) return t.fail(`response ${i} is not the file`);
      }
    }),
  program("MUST", "9112 §9.3.2", "four clients that read slowly get all of 60 large responses each",
    async (t) => {
      const read = async () => {
        const wire = await t.connect();
        void wire.send(get("/large.bin").repeat(60));
        for (let i = 1; i <= 60; i++) {
          const response = await wire.next();
          if (!response) return t.fail(`response ${i} did not come: ${wire.end || "silence"}`);
          if (response.content.length !== LARGE.length) return t.fail(`response ${i} is cut`);
        }
      };
      await Promise.all([read(), read(), read(), read()]);
    }),
  program("epollux", "9112 §9.4", "100 clients at once are all answered", async (t) => {
    const all = Array.from({ length: 100 }, async () => {
      const wire = await t.connect();
      void wire.send(get("/hello.txt"));
      return wire.next();
    });
    const responses = await Promise.all(all);
    t.check(responses.every((r) => r?.status === 200), "some were not answered");
  }),
  program("epollux", "9112 §9.4", "30 clients that read a large file at once all get it whole",
    async (t) => {
      const all = Array.from({ length: 30 }, async () => {
        const wire = await t.connect();
        void wire.send(get("/large.bin", "Connection: close"));
        return wire.next();
      });
      const responses = await Promise.all(all);
      t.check(responses.every((r) => r?.content.equals(LARGE)), "some differ");
    }),
];
