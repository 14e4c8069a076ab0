// Charts as SVG, written by hand: small, without fonts, scripts or anything fetched. They have a
// ground of their own, light or dark as the reader prefers, and a title and a description for those
// who listen. Here is what all have, and the bars: ours are told from the others by weight as well
// as by colour. Lines are in line-chart.js.

export const WIDTH = 760;
const LABEL = 190; // width of the names
const VALUE = 190; // width of the numbers
const ROW = 26;
const BAR = 16;
const TOP = 62;
const BOTTOM = 18;

const GROUND = `
    .ground { fill: #ffffff; stroke: #d0d7de; }
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .title { font-size: 16px; font-weight: 600; }
    .quantity, .note { fill: #59636e; }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #0d1117; stroke: #3d444d; }
      text { fill: #f0f6fc; }
      .quantity, .note { fill: #9198a1; }
    }
  `;

const STYLE = `
    .bar { fill: #8c959f; }
    .floor { fill: none; stroke: #8c959f; stroke-dasharray: 4 3; }
    .ours { fill: #0a7d5a; }
    .strong { font-weight: 700; }
    .line { stroke: #1f2328; }
    @media (prefers-color-scheme: dark) {
      .bar { fill: #656c76; }
      .floor { stroke: #9198a1; }
      .ours { fill: #2fbf8f; }
      .line { stroke: #f0f6fc; }
    }
  `;

/**
 * Bars from the left, one a row. `bars` are { name, value, text, kind }, kind "ours", "floor" or
 * nothing; `line` is { value, text }, a mark across all rows.
 */
export function barChart({ title, quantity, bars, line = null }) {
  const height = TOP + bars.length * ROW + BOTTOM + (line ? ROW : 0);
  const most = Math.max(...bars.map(({ value }) => value), line?.value ?? 0);
  const x = (value) => LABEL + (value / most) * (WIDTH - LABEL - VALUE);
  const description = bars.map(({ name, text }) => `${name} ${text}`).join("; ");
  return frame({ title, quantity, description, height, style: STYLE }, [
    ...bars.flatMap((bar, i) => row(bar, TOP + i * ROW, x)),
    ...(line ? mark(line, x(line.value), TOP + bars.length * ROW) : []),
  ]);
}

/** A whole drawing: `lines` of SVG on a ground, below a title and the quantity that is drawn. */
export function frame({ title, quantity, description, height, style }, lines) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}"` +
      ` height="${height}" role="img" aria-labelledby="title description">`,
    `  <title id="title">${escape(title)}</title>`,
    `  <desc id="description">${escape(`${quantity}: ${description}.`)}</desc>`,
    `  <style>${GROUND}${style}</style>`,
    `  <rect class="ground" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>`,
    `  <text class="title" x="16" y="27">${escape(title)}</text>`,
    `  <text class="quantity" x="16" y="47">${escape(quantity)}</text>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}

function row({ name, value, text, kind }, y, x) {
  const width = Math.max(1, x(value) - LABEL).toFixed(1);
  const baseline = y + BAR - 3;
  const strong = kind === "ours" ? ' class="strong"' : "";
  return [
    `  <text${strong} x="${LABEL - 10}" y="${baseline}" text-anchor="end">${escape(name)}</text>`,
    `  <rect class="${kind ?? "bar"}" x="${LABEL}" y="${y}" width="${width}" height="${BAR}"/>`,
    `  <text${strong} x="${(x(value) + 8).toFixed(1)}" y="${baseline}">${escape(text)}</text>`,
  ];
}

function mark({ text }, at, bottom) {
  const x = at.toFixed(1);
  return [
    `  <path class="line" d="M${x} ${TOP - 6}V${bottom}"/>`,
    `  <text class="note" x="${x}" y="${bottom + 16}" text-anchor="middle">${escape(text)}</text>`,
  ];
}

export const escape = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
