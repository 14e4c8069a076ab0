// Records that cross the border, and the numbers of ParseError: the same in AssemblyScript, in C and
// in docs/abi.md. (That the shim writes its records so, byte by byte, is tested in test/shim/.)

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const abi = read("docs/abi.md");

const SIZES = { u8: 1, bool: 1, u16: 2, u32: 4, i32: 4, usize: 4, f64: 8, u64: 8, i64: 8 };

/** Offsets of the fields of an @unmanaged class, as the compiler lays them out, and its size. */
function layoutOf(source, name) {
  const body = source.match(new RegExp(`class ${name} \\{\\n([\\s\\S]*?)\\n\\}`))[1];
  const layout = {};
  let end = 0;
  for (const [, field, type] of body.matchAll(/^ {2}(\w+): (\w+);$/gm)) {
    const size = SIZES[type];
    assert.ok(size, `${name}.${field} has a type of known size`);
    end = Math.ceil(end / size) * size;
    layout[field] = end;
    end += size;
  }
  return { layout, size: end };
}

const records = suite("records");
const layoutSource = read("assembly/platform/layout.ts");
const cSizes = Object.fromEntries(
  [...read("src/record.h").matchAll(/SHIM_(\w+)_SIZE = (\d+)/g)].map(([, name, size]) => [
    name,
    Number(size),
  ]),
);

for (const [name, cName] of [["ReadyRecord", "READY"], ["PollRecord", "POLL"],
  ["PeerRecord", "PEER"], ["StatRecord", "STAT"], ["Vector", "VECTOR"], ["SendRecord", "SEND"]]) {
  records(`${name} is as large in AssemblyScript as in C, and as docs/abi.md says`, () => {
    const { size } = layoutOf(layoutSource, name);
    assert.is(size, cSizes[cName]);
    const word = name.replace("Record", "").toLowerCase();
    assert.match(abi.toLowerCase(), new RegExp(`${word}( record)?, ${size} bytes`));
  });
}

records("the stat record has its fields where the diagram draws them", () => {
  const { layout } = layoutOf(layoutSource, "StatRecord");
  assert.equal(layout, { dev: 0, ino: 8, size: 16, mtime: 24, mtimeNs: 32, mode: 36, ctimeNs: 40 });
  const drawn = " 0      8      16     24      32         36     40      48\n" +
    " ├ dev  ┼ ino  ┼ size ┼ mtime ┼ mtime ns ┼ mode ┼ ctime ┤\n";
  assert.match(abi, drawn);
});

records("the counters have their fields where the diagram draws them", () => {
  const { layout, size } = layoutOf(read("assembly/platform/counters.ts"), "Counters");
  const drawn = abi.match(/├ requests ┼ connections ┼ bytes ┼ open ┼ busy \(in flight\) ┼ refused ┼ logDropped ┤/);
  assert.ok(drawn);
  assert.is(size, 56);
  assert.equal(Object.keys(layout), [
    "requests", "connections", "bytes", "open", "busy", "refused", "logDropped",
  ]);
});

records("the metrics have their fields and tables where the diagram draws them", () => {
  const source = read("assembly/platform/metrics.ts");
  const { layout, size } = layoutOf(source, "Metrics");
  const text = abi.slice(abi.indexOf("Metrics record, 600 bytes"));
  const [, drawing] = text.match(/```\n([^]*?)```/);
  const rows = [...drawing.matchAll(/├ (.*) ┤/g)].map(([, row]) => row.split(" ┼ "));
  assert.equal(Object.keys(layout), rows.slice(0, 2).flat());
  const offsets = [...drawing.matchAll(/^ (\d.*)$/gm)].map(([, row]) => row.trim().split(/ +/).map(Number));
  assert.equal(offsets.slice(0, 2).map((row) => row.slice(0, -1)).flat(), Object.values(layout));
  const constant = (name) => Number(source.match(new RegExp(`${name}: \\w+ = (\\d+);`))[1]);
  const ends = [constant("REPLIES"), constant("DURATIONS"), 600];
  assert.equal(offsets[2], ends);
  assert.is(size, ends[0]);
  assert.is(ends[1] - ends[0], 8 * 10 * constant("CLASSES"));
  assert.is(ends[2] - ends[1], 8 * (constant("LAST_DURATION") + 1));
});

records("a set of descriptors is as large as in C, and as docs/abi.md says", () => {
  const [, size] = read("assembly/poller/select.ts").match(/SET_BYTES: usize = (\d+);/);
  assert.is(Number(size), cSizes.FD_SET);
  assert.match(abi, `set, ${size} bytes`);
});

records("the progress record has its fields where the diagram draws them", () => {
  const { layout, size } = layoutOf(read("assembly/tcp/progress.ts"), "Progress");
  assert.match(abi, `Progress record, ${size} bytes`);
  const text = abi.slice(abi.indexOf("Progress record, "));
  const [, offsets, names] = text.match(/```\n([^├]*)([^]*?)```/);
  const rows = [...names.matchAll(/├ (.*) ┤/g)].map(([, row]) => row.split(" ┼ "));
  assert.equal(Object.keys(layout), rows.flat());
  assert.equal(offsets.trim().split(/ +/).map(Number), [...rows[0].keys(), 9].map((i) => 8 * i));
});

records("the request record has its fields where docs/abi.md lists them", () => {
  const { layout } = layoutOf(read("assembly/http/request.ts"), "Request");
  const listing = abi.slice(abi.indexOf("Request record, 96 bytes"), abi.indexOf("Known fields by"));
  const listed = Object.fromEntries(
    [...listing.matchAll(/(\d+) (?:u8 |u16|u32|f64) (\w+)/g)].map(([, at, name]) => [
      name,
      Number(at),
    ]),
  );
  for (const [field, offset] of Object.entries(layout)) assert.is(listed[field], offset, field);
  assert.is(listed.knownLine, 80);
});

records.run();

const errors = suite("parse errors");

errors("have the numbers, names and statuses that docs/abi.md lists", () => {
  const source = read("assembly/http/parse-error.ts");
  const names = source
    .match(/const enum ParseError \{\n([\s\S]*?)\n\}/)[1]
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const rows = [...abi.matchAll(/^\| (\d+) (\w+) \|.*\| (\d{3}) \|$/gm)];
  assert.equal(
    rows.map(([, number, name]) => [Number(number), name]),
    names.slice(1).map((name, i) => [i + 1, name]),
  );
  for (const [, , name, status] of rows) assert.is(statusOf(source, name), Number(status), name);
});

/** The status that `statusOf` in the source returns: the first return behind the error's case. */
function statusOf(source, name) {
  const at = source.indexOf(`case ParseError.${name}:`);
  return Number(source.slice(at < 0 ? source.indexOf("default:") : at).match(/return (\d+)/)[1]);
}

errors.run();

const known = suite("known fields");

known("have the numbers that docs/abi.md lists", () => {
  const source = read("assembly/http/known-field.ts");
  const text = abi.slice(abi.indexOf("Known fields by number:"), abi.indexOf("| ParseError"));
  const listed = [...text.matchAll(/(\d+) ([A-Z][\w-]+)/g)].map(([, number, name]) => [
    Number(number),
    name.toLowerCase(),
  ]);
  const order = source
    .match(/const enum KnownField \{\n([\s\S]*?)\n\}/)[1]
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const defined = [...source.matchAll(/define\(KnownField\.(\w+), "([\w-]+)"\)/g)].map(
    ([, field, name]) => [order.indexOf(field), name],
  );
  assert.equal(listed, defined);
});

known.run();
