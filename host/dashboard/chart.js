// A chart over time, as SVG: lines, or areas on top of each other. Its legend shows the values of the
// moment, or those at the cursor, which all charts share.

import { SPAN_SECONDS } from "./history.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 150;
const TOP = 8;
const BOTTOM = 20;
const LEFT = 52;
const RIGHT = 8;
const TICKS = 3;

export class Chart {
  /**
   * `series`: name, key of a point, class of colour; `kind`: lines or areas; `show`: a number as
   * text; `headline`: the one number of a point; `unit`: what it counts; `scale`: see below. Without
   * a list in the card there is no legend.
   */
  constructor(card, { title, unit, series, kind = "lines", show, headline, scale = linear(1) }) {
    Object.assign(this, { title, unit, series, kind, show, headline, scale });
    this.svg = card.querySelector("svg");
    this.number = card.querySelector(".number");
    const legend = card.querySelector("ul");
    this.values = legend ? series.map((each) => legendEntry(legend, each)) : [];
    this.svg.setAttribute("height", HEIGHT);
  }

  /** `cursor`: a point of the history, if somebody looks at one. */
  draw(history, cursor) {
    const point = cursor ?? history.latest;
    const width = Math.max(this.svg.clientWidth, LEFT + RIGHT + 1);
    const stacks = this.stack(history.points);
    const [low, high, ticks] = this.scale(extent(stacks));
    const y = (value) => HEIGHT - BOTTOM - place(this.scale, value, low, high) * (HEIGHT - TOP - BOTTOM);
    const now = history.latest?.time ?? 0;
    const x = (time) => LEFT + (1 - (now - time) / SPAN_SECONDS) * (width - LEFT - RIGHT);

    this.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.svg.replaceChildren(
      ...ticks.flatMap((tick) => this.tick(tick, y(tick), width)),
      ...timeLabels(width),
      ...this.series.flatMap((_, i) => this.shapes(history, stacks, i, x, y)).reverse(),
      ...(cursor ? [line("cursor", x(cursor.time), TOP, x(cursor.time), HEIGHT - BOTTOM)] : []),
    );
    this.write(point);
    this.svg.setAttribute("aria-label", `${this.title}, ${this.sentence(point)}`);
  }

  /** What the chart says of a point, for those who hear it. */
  sentence(point) {
    if (!point) return "no data yet";
    return this.series.map(({ name, key }) => `${name} ${this.show(point[key])}`).join(", ") +
      ` ${this.unit}`;
  }

  /** The time of a place on the screen. */
  timeAt(clientX, now) {
    const { left, width } = this.svg.getBoundingClientRect();
    const share = (clientX - left - LEFT) / (width - LEFT - RIGHT);
    return now - (1 - share) * SPAN_SECONDS;
  }

  write(point) {
    this.number.textContent = point ? this.show(this.headline(point)) : this.show(null);
    this.series.forEach(({ key }, i) => {
      if (this.values[i]) this.values[i].textContent = this.show(point ? point[key] : null);
    });
  }

  /** For each point the lower and the upper end of each series; null where it has no value. */
  stack(points) {
    return new Map(points.map((point) => {
      let sum = 0;
      return [point, this.series.map(({ key }) => {
        if (point[key] === null) return null;
        const low = this.kind === "areas" ? sum : 0;
        return [low, (sum = low + point[key])];
      })];
    }));
  }

  shapes(history, stacks, index, x, y) {
    const { colour } = this.series[index];
    const runs = history.runs((point) => stacks.get(point)[index] !== null);
    return runs.flatMap((run) => {
      const upper = run.map((point) => [x(point.time), y(stacks.get(point)[index][1])]);
      const shapes = [shape("polyline", `line ${colour}`, upper)];
      if (this.kind === "areas") {
        const lower = run.map((point) => [x(point.time), y(stacks.get(point)[index][0])]);
        shapes.push(shape("polygon", `area ${colour}`, [...upper, ...lower.reverse()]));
      }
      return shapes;
    });
  }

  tick(value, at, width) {
    return [line("grid", LEFT, at, width - RIGHT, at), label(this.show(value), LEFT - 8, at + 4, "end")];
  }
}

/** From 0 to a round number that is at least `least`, and at most `most`. */
export function linear(least, most = Infinity) {
  return ([, max]) => {
    const wanted = Math.min(Math.max(max, least), most) / TICKS;
    const power = 10 ** Math.floor(Math.log10(wanted));
    const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= wanted * (1 - 1e-9));
    const step = most === Infinity ? factor * power : most / 4;
    const count = most === Infinity ? TICKS : 4;
    return [0, step * count, Array.from({ length: count + 1 }, (_, i) => i * step)];
  };
}

/** In powers of ten, one at least. */
export function logarithmic([min, max]) {
  const low = Math.floor(Math.log10(min > 0 ? min : 1e-5));
  const high = Math.max(Math.ceil(Math.log10(max > 0 ? max : 1e-3)), low + 1);
  return [10 ** low, 10 ** high, Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))];
}

function place(scale, value, low, high) {
  if (scale !== logarithmic) return (value - low) / (high - low);
  return Math.max(Math.log(value / low) / Math.log(high / low), 0);
}

function extent(stacks) {
  const tops = [...stacks.values()].flat().filter(Boolean).map(([, top]) => top);
  return tops.length > 0 ? [Math.min(...tops), Math.max(...tops)] : [0, 0];
}

/** Where they stand depends on the width alone. */
function timeLabels(width) {
  const names = [`${SPAN_SECONDS / 60} min ago`, `${SPAN_SECONDS / 120} min`, "now"];
  return names.map((name, i) => {
    const at = LEFT + (i / 2) * (width - LEFT - RIGHT);
    return label(name, at, HEIGHT - 5, ["start", "middle", "end"][i]);
  });
}

function legendEntry(list, { name, colour }) {
  const entry = document.createElement("li");
  const value = document.createElement("b");
  const swatch = document.createElement("i");
  swatch.className = colour;
  entry.append(swatch, `${name} `, value);
  list.append(entry);
  return value;
}

function shape(name, className, points) {
  const text = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return element(name, { class: className, points: text });
}

function line(className, x1, y1, x2, y2) {
  return element("line", { class: className, x1, y1, x2, y2 });
}

function label(text, x, y, anchor) {
  const node = element("text", { x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}

function element(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
