// What the generated requests are made of. A list is drawn from evenly, so what is to come often is
// there several times, by `many`.

import { readBytes } from "../../helpers/cases.js";

/** @param {string} words parted by spaces; escapes as in test/cases/request/README.md */
const split = (words) => words.split(" ").map((word) => readBytes(`${word}\\`).toString("latin1"));
const many = (times, ...words) => Array.from({ length: times }, () => words).flat();

export const CRLF = "\r\n";

const KNOWN_TO_BOTH = split("GET HEAD POST PUT DELETE OPTIONS TRACE PATCH");
/** Known to llhttp, and to our parser as tokens. */
const OTHER_METHODS = split(
  "COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK BIND REBIND UNBIND ACL REPORT " +
  "MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PURGE MKCALENDAR LINK UNLINK " +
  "QUERY SOURCE");
const NOT_HTTP = split("PRI DESCRIBE ANNOUNCE SETUP PLAY PAUSE TEARDOWN GET_PARAMETER FLUSH");
const UNKNOWN = split("get Get GETT GE G X BREW M-SEARC !#$%&'*+-.^_`|~ HTTP/1.1 A1 Q");
const NO_METHODS = ["", ...split("G:T \"GET\" GET\\t GE\\0T G\\xe9T GET/ {} \\x7f [X] ( )")];

export const METHODS = [
  ...many(60, "GET"), ...many(3, ...KNOWN_TO_BOTH), ...OTHER_METHODS, ...NOT_HTTP.slice(0, 3),
];
export const ODD_METHODS = [...many(2, ...UNKNOWN, ...NOT_HTTP), ...NO_METHODS];

export const PATH_PARTS = split(
  "/ / / a b index.html style.css .. . %20 %41 %2F %zz % ~ - _ ! $ & ' ( ) * + , ; = : @ | ^ [ ] " +
  "0 9 A Z z abcdefghijklmnop 0123456789abcdef0123456789abcdef");
export const ODD_TARGET_PARTS = split(
  "# #top \" < > \\\\ ` { } \\t \\x7f \\x80 \\xff \\0 ? ?? \\x1f \\x0c \\xe4 http:// //");
export const SCHEMES = split("http:// http:// https:// HTTP:// Http://");
export const ODD_SCHEMES = split(
  "ftp:// ws:// httpx:// http:/ http: h https http:/// a b: mailto: http//: 1:// file:///");
export const AUTHORITIES = split(
  "a localhost localhost:8080 127.0.0.1 127.0.0.1:80 [::1] [::1]:8080 example.org a: a.b-c_d~e " +
  "%41 a%2Db EXAMPLE.org:65535 [2001:db8::1.2.3.4] [v1.a:b] [fe80::1:2:3:4] a!$&'()*+,;=");
export const ODD_AUTHORITIES = ["", ...split(
  "a:b :80 a:80:80 [ ] [] [::1 ::1] [::1]a [::1%25eth0] u@a u:p@a a@b@c a|b %zz %4 a^b " +
  "a\\\\b a\"b <a> a\\xffb [1::2::3] [v.x] a:-1 a:+1 [1.2.3.4] a%00b @ " +
  "a[b]c {a} a`b a/b a?b a#b *a *.a:80")];
export const OTHER_TARGETS = split("* * *a ** */ *?a ? ?a a a/b . .. / //a/b ///");

export const VERSIONS = split("HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.0");
export const ODD_VERSIONS = ["", ...split(
  "HTTP/1.2 HTTP/1.9 HTTP/2.0 HTTP/0.9 HTTP/3.0 HTTP/2.1 HTTP/0.0 http/1.1 HTTP/1 HTTP/1. " +
  "HTTP/11.1 HTTP/1.10 HTTP1.1 HTTP/a.1 HTTP/1,1 RTSP/1.0 RTSP/1.1 ICE/1.0 HTTPS/1.1 FTP/1.1 " +
  "HTTP/1.1\\x20 HTTP/1.1\\t x HTTP HTTP/ H RTSP/2.0 ICE/1.1")];

export const NAMES = split(
  "Accept Accept-Encoding User-Agent Referer Cookie X x-y If-None-Match If-Match Range If-Range " +
  "If-Modified-Since If-Unmodified-Since Upgrade TE Trailer Via Origin Date !#$%&'*+-.^_`|~ 0 " +
  "Keep-Alive Sec-Fetch-Mode Connections Connectio Content-Lengt Content-Lengthy Hos Hosts " +
  "Transfer-Encodin Transfer-Encodings abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ");
export const ODD_NAMES = ["", ...split(
  "\\x20X X\\x20 X\\t \\tX X\\0 \\0 (X) X/ X[ {X} " +
  "\"X\" X@ X\\x80 \\xff X= <X> X\\\\ X; X, Host\\x20 " +
  "Connection\\x20 Content-Length\\x20 Transfer-Encoding\\t X\\x7f X\\r X\\n \\r \\n")];
export const VALUE_PARTS = split(
  "a b text/html */* , ; = \\x20 \\x20 \\t \" ' gzip " +
  "br q=0.5 \\x80 \\xff \\xc3\\xa4 ~ ! : @ / ? ( ) " +
  "bytes=0-1 W/\"x\" 0123456789abcdef0123456789abcdef");
export const ODD_VALUE_PARTS = split(
  "\\0 \\x01 \\x7f \\r \\n \\x1f \\x0b \\x0c \\x08 \\r\\n\\x20 \\r\\n\\t");
export const SPACES = ["", " ", " ", " ", " ", " ", "  ", "\t", " \t "];
export const TRAILING = ["", "", "", "", "", "", "", "", " ", "\t", "  ", " \t"];
export const ODD_LINES = ["", ...split(
  "X \\x20folded \\tfolded : :\\x20x X\\x20x Transfer-Encoding:\\r\\nContent-Length:\\x205 " +
  "Content-Length:\\x205\\r\\nTransfer-Encoding: Transfer-Encoding:chunked\\r\\nContent-Length:5")];

export const LENGTHS = split("0 1 5 12 00 007 1000000 4294967296 9007199254740991");
export const ODD_LENGTHS = ["", ...split(
  "9007199254740992 9007199254740993 18446744073709551615 18446744073709551616 +1 -1 0x10 1,1 " +
  "1,2 1\\x202 a 1a 1.0 \"1\" , ,1 1, 99999999999999999999 00000000000000000000000000001 \\xb2")];
export const CODINGS = split("chunked chunked Chunked CHUNKED chunked chunked chunked chunked");
export const ODD_CODINGS = ["", ...split(
  "gzip gzip,chunked gzip,\\x20chunked chunked,gzip " +
  "chunked,chunked chunked, ,chunked ,\\x20chunked " +
  ",,chunked chunked\\x20, identity xchunked chunkedx chunked;q=1 \"chunked\" , ,, chunke " +
  "chunked\\x20x x\\x20chunked \"a,chunked " +
  "chunked\\t, ,\\tchunked deflate,gzip,chunked chunked,,")];
export const CONNECTIONS = split(
  "close close keep-alive keep-alive Close Keep-Alive CLOSE upgrade Upgrade,close x x,close " +
  "close,keep-alive keep-alive,close close, ,close x,\\x20close close\\x20,x \"close\" closed " +
  "keep-alive\\t,x TE,close \"x,close \"x,close,y\" " +
  "xclose close\\x20x closekeep-alive keep-alivex " +
  "x\\tclose ,, , clos c,close upgrade,keep-alive close;x keep-alive\\x20close \"a\"close " +
  "close\"a\" \"a\"keep-alive,x x\"a\",close \"\\\\\",close \"a\\\\\",close\"");
export const EXPECTATIONS = split("100-continue 100-Continue other 100-continue,x");
export const HOST_NAMES = split("Host Host Host Host Host host HOST hOsT");
export const LENGTH_NAMES = split("Content-Length content-length CONTENT-LENGTH");
export const CODING_NAMES = split("Transfer-Encoding transfer-encoding Transfer-encoding");
export const CONNECTION_NAMES = split(
  "Connection connection CONNECTION Connection Proxy-Connection");

/** Inserted by mutations. */
export const PIECES = split(
  "\\r\\n \\r\\n\\r\\n \\n \\r \\t \\x20 \\x20\\x20 \\x7f \\xff \\x80 \\0 : :: " +
  ", ; \" % %41 [ ] [::1] ? # @ / * " +
  "\\\\ { } ` ^ | < > " +
  "= http:// https://a HTTP/1.0 HTTP/1.1\\r\\n HTTP/2.0 \\x20HTTP/1.1 CONNECT\\x20 " +
  "close keep-alive chunked ,chunked Host:\\x20a\\r\\n Content-Length:\\x201\\r\\n X:\\r\\n " +
  "Transfer-Encoding:\\x20chunked\\r\\n Transfer-Encoding:\\r\\n Connection:\\x20close\\r\\n");
/** Bytes at the borders of the classes of bytes that grammars are made of. */
export const BORDERS = [
  0x00, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x27,
  0x28, 0x2a, 0x2b, 0x2c, 0x2d, 0x2f, 0x30, 0x39, 0x3a, 0x3b, 0x3c, 0x3f, 0x40, 0x41, 0x5a, 0x5b,
  0x5c, 0x5d, 0x5e, 0x60, 0x61, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xa0, 0xff,
];
