/** Expect: RFC 9110 §10.1.1. */
import { DIGITS_OK, HELLO_OK, must, NEEDS_CONTENT, ours, program, thenDigits } from "../case.js";
import { answers } from "../expect.js";
import { get, HIDDEN_REQUEST, isSmuggled, lines, request } from "../request.js";

const EXPECT = "Expect: 100-continue";
const NEXT = get("/digits.txt");

/** Sends a head that expects 100 and waits: 100 or the final status must come by itself. */
const answeredWithoutContent = (sentence, head) =>
  program("MUST", "9110 §10.1.1", sentence, async (t) => {
    const wire = await t.connect();
    void wire.send(head);
    const first = await wire.next();
    t.check(first, "neither 100 nor a final response came");
    if (first) t.check(first.status === 100 || first.status >= 200, `${first.status} came`);
    if (first?.status !== 100) return;
    void wire.send("hello");
    const second = await wire.next();
    t.check(second && !second.isInterim, "no final response after the content");
  });

export default [
  answeredWithoutContent("GET with 100-continue is answered before its content comes",
    request("GET", "/hello.txt", [EXPECT, "Content-Length: 5"])),
  answeredWithoutContent("POST with 100-continue is answered before its content comes",
    request("POST", "/hello.txt", [EXPECT, "Content-Length: 5"])),
  answeredWithoutContent("PUT with 100-continue is answered before its content comes",
    request("PUT", "/new.txt", [EXPECT, "Content-Length: 5"])),
  answeredWithoutContent("the expectation is case-insensitive",
    request("GET", "/hello.txt", ["Expect: 100-Continue", "Content-Length: 5"])),
  program("MUST", "9110 §10.1.1", "chunked GET with 100-continue is answered before its content",
    async (t) => {
      const wire = await t.connect();
      void wire.send(request("GET", "/hello.txt", [EXPECT, "Transfer-Encoding: chunked"]));
      t.check(await wire.next(), "neither 100 nor a final response came");
    }),
  must("9110 §10.1.1", "content sent without waiting for 100 is consumed",
    request("GET", "/hello.txt", [EXPECT, "Content-Length: 5"], "hello") + NEXT,
    thenDigits(200), NEEDS_CONTENT),
  must("9110 §10.1.1", "an expectation without content is answered",
    get("/hello.txt", EXPECT) + NEXT, answers(HELLO_OK, DIGITS_OK)),
  must("9110 §10.1.1", "an expectation of an HTTP/1.0 client is ignored",
    lines("GET /hello.txt HTTP/1.0", EXPECT, "Content-Length: 5") + "hello", HELLO_OK,
    NEEDS_CONTENT),
  program("MUST", "9110 §10.1.1",
    "after a final status without 100, content and next request are told apart", async (t) => {
      const wire = await t.connect();
      const content = HIDDEN_REQUEST;
      void wire.send(request("POST", "/hello.txt", [EXPECT, `Content-Length: ${content.length}`]));
      let response = await wire.next();
      if (response?.isInterim) return t.check(response.status === 100, "another 1xx");
      t.check(response, "no response");
      if (!response || response.saysClose) return;
      void wire.send(content, NEXT);
      response = await wire.next();
      t.check(!response || !isSmuggled(response), "the content was answered as a request");
      t.check(!response || response.content.length === 100, "the next request was not found");
    }),
  must("9110 §10.1.1", "the final status of a missing file may come without 100",
    request("GET", "/missing", [EXPECT, "Content-Length: 5"], "hello") + NEXT,
    thenDigits(404, 417), NEEDS_CONTENT),
  ours("9110 §10.1.1", "an unknown expectation is answered with 417",
    get("/hello.txt", "Expect: example"), 417),
  ours("9110 §10.1.1", "an unknown expectation beside 100-continue is answered with 417",
    get("/hello.txt", "Expect: 100-continue, example"), 417),
  ours("9110 §10.1.1", "an unknown expectation with a value is answered with 417",
    get("/hello.txt", 'Expect: example="a, b"'), 417),
  ours("9110 §10.1.1", "417 does not lose the next request, or the connection ends",
    request("GET", "/hello.txt", ["Expect: example", "Content-Length: 5"], "hello") + NEXT,
    thenDigits(417)),
  ours("9110 §10.1.1", "100 is sent once, before the only final response",
    request("GET", "/hello.txt", [EXPECT, "Content-Length: 5"], "hello"),
    {
      responses: [HELLO_OK],
      check: ({ interim }) => (interim.length > 1 ? "more than one 1xx" : undefined),
    }),
];
