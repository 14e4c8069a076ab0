// The request heads that parsers are compared on.

import { BROWSER } from "./scenarios.js";

// The request in the benchmark of picohttpparser, which many parsers have been measured with since.
const KITTY = [
  "GET /wp-content/uploads/2010/03/hello-kitty-darth-vader-pink.jpg HTTP/1.1",
  "Host: www.kittyhell.com",
  "User-Agent: Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10.6; ja-JP-mac; rv:1.9.2.3) " +
    "Gecko/20100401 Firefox/3.6.3 Pathtraq/0.9",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "Accept-Language: ja,en-us;q=0.7,en;q=0.3",
  "Accept-Encoding: gzip,deflate",
  "Accept-Charset: Shift_JIS,utf-8;q=0.7,*;q=0.7",
  "Keep-Alive: 115",
  "Connection: keep-alive",
  "Cookie: wp_ozh_wsa_visits=2; wp_ozh_wsa_visit_lasttime=xxxxxxxxxx; " +
    "__utma=xxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.x; " +
    "__utmz=xxxxxxxxx.xxxxxxxxxx.x.x.utmccn=(referral)|utmcsr=reader.livedoor.com|" +
    "utmcct=/reader/|utmcmd=referral",
];

const CHROME = ["GET /page.html HTTP/1.1", "Host: 127.0.0.1:7788", ...BROWSER];
const WRK = ["GET /page.html HTTP/1.1", "Host: 127.0.0.1:7788"];

export const HEADS = [
  head("kitty", "a browser's, of 2010, from the benchmark of picohttpparser", KITTY),
  head("chrome", "a browser's of today, for a page", CHROME),
  head("short", "wrk's", WRK),
];

function head(name, about, lines) {
  const text = [...lines, "", ""].join("\r\n");
  const [method, target] = lines[0].split(" ");
  const fields = lines.slice(1).map((line) => line.split(": ", 2));
  const middle = text.lastIndexOf("\r\n", text.length * 0.6) + 2;
  // Where a head is cut in two: inside a field line about the middle, and before that line.
  const cuts = { line: middle + 7, end: middle };
  return { name, about, text, method, target, fields, cuts };
}
