// The table of docs/hosts.md: artifact × host × what passes there. It stands between two comments;
// the rest of the page is written by hand.

import { readFileSync, writeFileSync } from "node:fs";

const BEGIN = "<!-- Written by test/hosts/run.js. -->";
const END = "<!-- The end of what it writes. -->";

/** @param {number} bytes */
function sizeText(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

/** @param {{ artifact: string, size: number, host: string, version: string, passed: number }} row */
function rowText({ artifact, size, host, version, passed, skipped }) {
  const rest = skipped ? `, ${skipped} skipped` : "";
  return `| \`${artifact}\` | ${sizeText(size)} | ${host} | ${version} | ${passed}${rest} |`;
}

/**
 * Puts the table into the page, which must have a place for it.
 * @param {URL} page
 * @param {any[]} rows entries of the modules, with what became of them
 */
export function writeTable(page, rows) {
  const text = readFileSync(page, "utf8");
  const start = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error(`${page.pathname} has no place for the table`);
  const lines = [
    "| artifact | size | host | version | checks passed |",
    "| --- | ---: | --- | --- | ---: |",
    ...rows.map(rowText),
  ];
  const table = `${BEGIN}\n\n${lines.join("\n")}\n\n`;
  writeFileSync(page, text.slice(0, start) + table + text.slice(end));
}
