// Requests to begin with. Most are attempts to make two servers see two different requests in the
// same bytes (RFC 9112 §11.2): what one takes for content is a next request to the other.

export const EXAMPLES = [
  {
    name: "A plain request",
    why: "What a browser sends, with fewer fields.",
    text:
      "GET /hello?to=you HTTP/1.1\nHost: localhost\nAccept: text/html\n" +
      "Connection: keep-alive\n\n",
  },
  {
    name: "Two in one go",
    why: "Content-Length says where the first ends, so the second begins there.",
    text: "POST /form HTTP/1.1\nHost: a\nContent-Length: 5\n\nhelloGET /next HTTP/1.1\nHost: a\n\n",
  },
  {
    name: "Chunked content",
    why: "Each chunk says how long it is, in hexadecimal; a chunk of size 0 ends them.",
    text:
      "POST /form HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n" +
      "5\nhello\n6;x=y\n world\n0\nX-Trailer: yes\n\n",
  },
  {
    name: "Length and chunked",
    why: "CL.TE: one goes by the length, the other by the chunks, and G begins a next request.",
    text: "POST / HTTP/1.1\nHost: a\nContent-Length: 6\nTransfer-Encoding: chunked\n\n0\n\nG",
  },
  {
    name: "Space before the colon",
    why: "A server that trims names sees Transfer-Encoding; one that does not sees no such field.",
    text: "POST / HTTP/1.1\nHost: a\nContent-Length: 6\nTransfer-Encoding : chunked\n\n0\n\nG",
  },
  {
    name: "Folded line",
    why: "A line that begins with a space used to continue the one before it. Who still does that?",
    text: "POST / HTTP/1.1\nHost: a\nX: y\n Transfer-Encoding: chunked\n\n0\n\n",
  },
  {
    name: "Bare LF",
    why: "Some servers end a line at a lone LF, and so find one field line more.",
    text:
      "POST / HTTP/1.1\nHost: a\nX: y\\nTransfer-Encoding: chunked\nContent-Length: 6\n\n" +
      "0\n\nG",
  },
  {
    name: "Bare CR",
    why: "The same with a lone CR, which a field value must not hold either.",
    text: "GET / HTTP/1.1\nHost: a\nX: y\\rTransfer-Encoding: chunked\n\n",
  },
  {
    name: "NUL in a value",
    why: "A server written in C may stop reading there.",
    text: "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\\0x\n\n0\n\n",
  },
  {
    name: "Bytes above 127",
    why: "A space in some character set, a byte like any other here: this coding is not chunked.",
    text: "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: \\xA0chunked\n\n0\n\n",
  },
  {
    name: "Two lengths",
    why: "One server takes the first, another the last.",
    text:
      "POST / HTTP/1.1\nHost: a\nContent-Length: 0\nContent-Length: 44\n\n" +
      "GET /admin HTTP/1.1\nHost: a\n\n",
  },
  {
    name: "A length with a sign",
    why: "Number parsers of many languages take +5 for 5.",
    text: "POST / HTTP/1.1\nHost: a\nContent-Length: +5\n\nhello",
  },
  {
    name: "Chunked, twice",
    why: "A list in which chunked is not the last, or not the only, can be read in two ways.",
    text: "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked, chunked\n\n0\n\n",
  },
  {
    name: "Almost chunked",
    why: "Some servers look for the word anywhere in the value.",
    text: "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked\n\n0\n\n",
  },
  {
    name: "Chunk size 0x5",
    why: "0 to one server, 5 to another that parses numbers as its language does.",
    text: "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n0x5\nhello\n0\n\n",
  },
  {
    name: "Huge chunk size",
    why: "More than 64 bits: where digits fall off, the size becomes 5.",
    text: "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n10000000000000005\nhello\n0\n\n",
  },
  {
    name: "Chunk too short",
    why: "Behind the data of a chunk there must be CR LF, or the size was wrong.",
    text: "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n4\nhello\n0\n\n",
  },
  {
    name: "LF behind a chunk size",
    why: "A lone LF, taken for the end of the line by one, for part of an extension by another.",
    text: "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n5;\\nhello\n0\n\n",
  },
  {
    name: "Two hosts",
    why: "A cache may go by one, the server behind it by the other.",
    text: "GET / HTTP/1.1\nHost: good.example\nHost: evil.example\n\n",
  },
  {
    name: "No host",
    why: "HTTP/1.1 does not go without.",
    text: "GET / HTTP/1.1\nAccept: */*\n\n",
  },
  {
    name: "HTTP/2",
    why: "How every connection of HTTP/2 begins; this server speaks 1.1.",
    text: "PRI * HTTP/2.0\n\nSM\n\n",
  },
];
