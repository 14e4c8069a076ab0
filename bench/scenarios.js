// The scenario table: what is asked, over and over, and what a right answer is.
//
//   paths      one request-target, or a list of them (then `script` walks through the list)
//   fields     field lines added to wrk's default head ("GET … HTTP/1.1" and Host)
//   status     the only right status; 200 also means: content equal to the file, byte for byte
//   floor      how the bare C server takes part: "keep" its connections or "close" each
//   batch      requests sent at once on a connection
//   validators ask with the ETag and Last-Modified that this server gave before
//   script     wrk script, with its arguments

import { MANY } from "./site.js";

// What a desktop browser sends for a page: 700 bytes together with request line and Host.
const BROWSER = [
  "Connection: keep-alive",
  "Cache-Control: max-age=0",
  'sec-ch-ua: "Chromium";v="126", "Google Chrome";v="126", "Not-A.Brand";v="8"',
  "sec-ch-ua-mobile: ?0",
  'sec-ch-ua-platform: "Linux"',
  "DNT: 1",
  "Upgrade-Insecure-Requests: 1",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " +
    "Chrome/126.0.0.0 Safari/537.36",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp," +
    "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
  "Sec-Fetch-Site: none",
  "Sec-Fetch-Mode: navigate",
  "Sec-Fetch-User: ?1",
  "Sec-Fetch-Dest: document",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Accept-Language: en-US,en;q=0.9",
];

const DEPTH = 16;

const TABLE = {
  small: { about: "600-byte page", paths: ["/page.html"], floor: "keep" },
  head: {
    about: "the same with a browser's 700-byte head",
    paths: ["/page.html"],
    fields: BROWSER,
    floor: "keep",
  },
  pipeline: {
    about: `the same, ${DEPTH} pipelined requests at a time`,
    paths: ["/page.html"],
    batch: DEPTH,
    script: ["pipeline.lua", DEPTH],
    floor: "keep",
  },
  "64k": { about: "64 KiB file", paths: ["/64k.jpg"] },
  "1m": { about: "1 MiB file", paths: ["/1m.jpg"] },
  notfound: { about: "missing page, 404", paths: ["/missing.html"], status: 404 },
  notmodified: {
    about: "unchanged page, 304",
    paths: ["/page.html"],
    validators: true,
    status: 304,
  },
  connect: {
    about: "600-byte page, new connection for each request",
    paths: ["/page.html"],
    fields: ["Connection: close"],
    floor: "close",
  },
  many: {
    about: `${MANY.toLocaleString("en")} different small files in turn`,
    paths: Array.from({ length: MANY }, (_, i) => `/many/${i}.html`),
    script: ["many.lua", MANY],
  },
};

const DEFAULTS = { fields: [], status: 200, floor: null, batch: 1, validators: false, script: null };

export const SCENARIOS = Object.entries(TABLE).map(([name, scenario]) => ({
  name,
  ...DEFAULTS,
  ...scenario,
}));
