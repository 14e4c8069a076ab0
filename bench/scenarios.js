// The scenario table: what is asked, over and over, and what a right answer is.
//
//   paths      request-targets, asked for in turn
//   fields     field lines after "GET … HTTP/1.1" and Host
//   status     the only right status; 200 also means: content equal to the file, byte for byte
//   floor      how the bare C server takes part: "keep" its connections, "close" each, "404", "304"
//   batch      requests sent at once on a connection
//   validators ask with the ETag and Last-Modified that this server gave before
//   connections  if this one wants other than the rest
//   takesPart  which servers do, if not all but the other hosts of our server.wasm
//   rounds     how many measurements
//   slice      milliseconds of each
//   run        how it is measured, if not as the others
//   goal       what is wanted of epollux: at most so many times the floor or the best peer

import { MANY, withLargeFile } from "./site.js";
import { runTable } from "./table.js";

// What a desktop browser sends for a page: 700 bytes together with request line and Host.
export const BROWSER = [
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

// Has no factor in common with MANY: every file has its turn, and neighbours in time are none on
// the disk.
const STRIDE = 1609;

const TABLE = {
  small: {
    about: "600-byte page",
    paths: ["/page.html"],
    floor: "keep",
    goal: { toFloor: 1.1 },
  },
  head: {
    about: "the same with a browser's 700-byte head",
    paths: ["/page.html"],
    fields: BROWSER,
    floor: "keep",
    goal: { toFloor: 1.1 },
  },
  pipeline: {
    about: `the same, ${DEPTH} pipelined requests at a time`,
    paths: ["/page.html"],
    batch: DEPTH,
    floor: "keep",
    goal: { toFloor: 2.5 },
  },
  "64k": { about: "64 KiB file", paths: ["/64k.jpg"], goal: { toBestPeer: 1 } },
  "1m": {
    about: "1 MiB file",
    paths: ["/1m.jpg"],
    // Long against the time that all connections take for one.
    rounds: 50,
    slice: 300,
    goal: { toBestPeer: 1 },
  },
  "100m": {
    about: "100 MiB file, 8 connections",
    paths: ["/100m.jpg"],
    run: (scenario, options) => withLargeFile(() => runTable(scenario, options)),
    connections: 8,
    rounds: 40,
    slice: 400,
    goal: { toBestPeer: 1 },
  },
  notfound: {
    about: "missing page, 404",
    paths: ["/missing.html"],
    status: 404,
    floor: "404",
    goal: { toBestPeer: 0.85 },
  },
  notmodified: {
    about: "unchanged page, 304",
    paths: ["/page.html"],
    validators: true,
    status: 304,
    floor: "304",
    goal: { toBestPeer: 0.85 },
  },
  connect: {
    about: "600-byte page, new connection for each request",
    paths: ["/page.html"],
    fields: ["Connection: close"],
    floor: "close",
    goal: { toBestPeer: 1 },
  },
  many: {
    about: `${MANY.toLocaleString("en")} different small files in turn`,
    paths: Array.from({ length: MANY }, (_, i) => `/many/${(i * STRIDE) % MANY}.html`),
    // Long against the second after which some look at a file again.
    rounds: 15,
    slice: 2000,
    goal: { toBestPeer: 0.85 },
  },
};

const DEFAULTS = {
  run: runTable,
  // Short ones, and many: a shared machine changes its speed within a second.
  rounds: 100,
  slice: 120,
  fields: [],
  status: 200,
  floor: null,
  batch: 1,
  validators: false,
};

export const SCENARIOS = Object.entries(TABLE).map(([name, scenario]) => ({
  name,
  ...DEFAULTS,
  ...scenario,
}));

/** A scenario like one of the table, for those who measure it in ways of their own. */
export const scenarioLike = (name, changes) => ({
  ...SCENARIOS.find((scenario) => scenario.name === name),
  ...changes,
});
