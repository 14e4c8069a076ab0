// Line charts as SVG, both axes logarithmic: one panel below the other, on the same scale. Zero has
// no logarithm; its place is as far left of the first decade as that is wide, and the axis is
// broken in between.

import { escape, frame } from "./chart.js";

const LEFT = 74;
const RIGHT = 540; // end of the axis; the names of the lines are to the right of it
const NAMES = 584;
const TOP = 70;
const PLOT = 230; // height of one panel's axes
const PANEL = PLOT + 84; // with its title and the names of its axis
const NAME_STEP = 20;
const TICK_SPACE = 44; // width of a number under the axis

// A colour and a mark each, so that neither is needed to tell one from another.
const KINDS = [
  { light: "#b3261e", dark: "#ff8a80", mark: "M-4 -4H4V4H-4Z" },
  { light: "#8a5a00", dark: "#e3b341", mark: "M0 -5.5L5.5 4H-5.5Z" },
  { light: "#5b4bb5", dark: "#a79df2", mark: "M0 -5.5L5.5 0L0 5.5L-5.5 0Z" },
  { light: "#0a7d5a", dark: "#2fbf8f", mark: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0" },
  { light: "#1769aa", dark: "#6cb6ff", mark: "M-5 -5L5 5M-5 5L5 -5", isDashed: true },
];

const STYLE = `
    .grid { stroke: #d0d7de; stroke-width: 0.7; }
    .axis { stroke: #59636e; fill: none; }
    .panel { font-weight: 600; }
    .curve { fill: none; stroke-width: 2; }
    .mark { stroke-width: 1.6; }
${KINDS.map(({ light }, i) => colour(i, light)).join("\n")}
    @media (prefers-color-scheme: dark) {
      .grid { stroke: #3d444d; }
      .axis { stroke: #9198a1; }
${KINDS.map(({ dark }, i) => `  ${colour(i, dark)}`).join("\n")}
    }
  `;

function colour(i, value) {
  return `    .kind-${i} { stroke: ${value}; }\n    .mark.kind-${i} { fill: ${value}; }`;
}

const number = (value) => value.toLocaleString("en", { maximumSignificantDigits: 3 });

/**
 * `panels` are { title, lines }, `lines` { name, points, text } in the same order in each, and
 * `points` [x, y] with x ≥ 0 and y > 0; `text` follows the name.
 */
export function lineChart({ title, quantity, axis, panels }) {
  const points = panels.flatMap(({ lines }) => lines.flatMap((line) => line.points));
  const places = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const across = scale(places.filter((x) => x > 0), LEFT, RIGHT);
  const scales = { places, x: across, levels: levelsAround(points.map(([, y]) => y)) };
  const drawn = panels.map((panel, i) => drawPanel(panel, TOP + i * PANEL, axis, scales));
  const description = panels.map(describe).join(". ");
  const height = TOP + panels.length * PANEL - 4;
  return frame({ title, quantity, description, height, style: STYLE }, drawn.flat());
}

/** The horizontal axis: from the decade before the least number, where 0 is, to the most. */
function scale(positive, from, to) {
  const first = Math.floor(Math.log10(positive[0] ?? 1)) - 1;
  const last = Math.log10(positive.at(-1) ?? 1);
  return (x) => from + ((x === 0 ? 0 : Math.log10(x) - first) / (last - first)) * (to - from);
}

/** 1, 2, 5, 10, 20 and so on, from the last at or below all values to the first at or above. */
function levelsAround(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const levels = [];
  for (let power = Math.floor(Math.log10(least)); 10 ** power < 10 * most; power++) {
    levels.push(...[1, 2, 5].map((digit) => digit * 10 ** power));
  }
  const first = levels.findLastIndex((level) => level <= least);
  return levels.slice(first, levels.findIndex((level) => level >= most) + 1);
}

function drawPanel({ title, lines }, top, axis, { places, x, levels }) {
  const bottom = top + 22 + PLOT;
  const [low, high] = [levels[0], levels.at(-1)].map(Math.log10);
  const y = (value) => bottom - ((Math.log10(value) - low) / (high - low)) * PLOT;
  return [
    `  <text class="panel" x="16" y="${top + 6}">${escape(title)}</text>`,
    ...levels.flatMap((level) => drawLevel(level, y(level).toFixed(1))),
    ...drawAxis(places, x, bottom, axis),
    ...lines.flatMap(({ points }, i) => drawLine(points.map(([px, py]) => [x(px), y(py)]), i)),
    ...drawNames(lines, y, bottom),
  ];
}

const drawLevel = (level, y) => [
  `  <path class="grid" d="M${LEFT} ${y}H${RIGHT}"/>`,
  `  <text class="note" x="${LEFT - 10}" y="${Number(y) + 4.5}" text-anchor="end">` +
    `${number(level)}</text>`,
];

function drawAxis(places, x, bottom, axis) {
  const isBroken = places[0] === 0 && places.length > 1;
  const gap = isBroken ? (x(places[0]) + x(places[1])) / 2 : 0;
  const ticks = places.map((place) => `M${x(place).toFixed(1)} ${bottom}v5`);
  const slashes = [-5, 1].map((offset) => `M${(gap + offset).toFixed(1)} ${bottom + 5}l4 -10`);
  return [
    `  <path class="axis" d="M${LEFT} ${bottom}H${RIGHT}${ticks.join("")}"/>`,
    ...(isBroken ? [`  <path class="axis" d="${slashes.join("")}"/>`] : []),
    ...named(places, x).map(
      (place) =>
        `  <text class="note" x="${x(place).toFixed(1)}" y="${bottom + 20}" ` +
        `text-anchor="middle">${number(place)}</text>`,
    ),
    `  <text class="note" x="${(LEFT + RIGHT) / 2}" y="${bottom + 38}" text-anchor="middle">` +
      `${escape(axis)}</text>`,
  ];
}

/** The places whose numbers have room: round ones first, then from the right. */
function named(places, x) {
  const isRound = (place) => place === 0 || Number.isInteger(Math.log10(place));
  const chosen = [];
  for (const place of [...places].reverse().sort((a, b) => isRound(b) - isRound(a))) {
    if (chosen.every((other) => Math.abs(x(other) - x(place)) >= TICK_SPACE)) chosen.push(place);
  }
  return chosen;
}

function drawLine(points, kind) {
  const path = points.map((point) => point.map((value) => value.toFixed(1)).join(" ")).join("L");
  return [curve(`M${path}`, kind), ...points.map(([x, y]) => mark(x, y, kind))];
}

const curve = (path, kind) =>
  `  <path class="curve kind-${kind}" d="${path}"` +
  `${KINDS[kind].isDashed ? ' stroke-dasharray="6 5"' : ""}/>`;

const mark = (x, y, kind) =>
  `  <path class="mark kind-${kind}" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"` +
  ` d="${KINDS[kind].mark}"/>`;

/** The names at the height of the lines' ends, moved apart where lines come close. */
function drawNames(lines, y, bottom) {
  const names = lines.map(({ name, text, points }, kind) => ({
    text: text ? `${name}: ${text}` : name,
    kind,
    y: y(points.at(-1)[1]),
  }));
  names.sort((a, b) => b.y - a.y);
  let limit = bottom - 4;
  for (const name of names) {
    name.y = Math.min(name.y, limit);
    limit = name.y - NAME_STEP;
  }
  return names.flatMap(({ text, kind, y: at }) => [
    curve(`M${NAMES - 14} ${at.toFixed(1)}h28`, kind),
    mark(NAMES, at, kind),
    `  <text x="${NAMES + 22}" y="${(at + 4.5).toFixed(1)}">${escape(text)}</text>`,
  ]);
}

function describe({ title, lines }) {
  const texts = lines.map(({ name, points }) => {
    const values = points.map(([x, y]) => `${number(y)} at ${number(x)}`);
    return `${name} ${values.join(", ")}`;
  });
  return `${title}: ${texts.join("; ")}`;
}
