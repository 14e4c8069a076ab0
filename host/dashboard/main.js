// The dashboard: takes a snapshot a second from the server and draws the last two minutes.

import { Chart, linear, logarithmic } from "./chart.js";
import { History } from "./history.js";
import { isComparable, openConnections, serverPoint } from "./rates.js";
import { fillStatuses, fillWorkers } from "./tables.js";
import { showBytes, showCount, showSeconds, showShare, showUptime, showWhole } from "./units.js";

const RETRY_MS = 1000;
/** Who says nothing for so long is gone, even if the connection stands. */
const SILENCE_MS = 4000;

const byId = (id) => document.getElementById(id);
const series = (names, colours) =>
  Object.entries(names).map(([key, name], i) => ({ key, name, colour: colours[i] }));

const charts = [
  new Chart(byId("requests"), {
    title: "Requests", unit: "per second", kind: "areas", show: showCount,
    series: series({ "2xx": "2xx", "3xx": "3xx", "4xx": "4xx", "5xx": "5xx" },
      ["green", "blue", "amber", "red"]),
    headline: ({ requests }) => requests, scale: linear(3),
  }),
  new Chart(byId("latency"), {
    title: "Latency in the server", unit: "", show: showSeconds, scale: logarithmic,
    series: series({ p50: "p50", p90: "p90", p99: "p99" }, ["green", "blue", "violet"]),
    headline: ({ p99 }) => p99,
  }),
  new Chart(byId("connections"), {
    title: "Connections", unit: "", kind: "areas", show: showCount,
    series: series({ sending: "sending", receiving: "receiving", lingering: "lingering", idle: "idle" },
      ["green", "blue", "amber", "grey"]),
    headline: openConnections, scale: linear(3),
  }),
  new Chart(byId("throughput"), {
    title: "Throughput", unit: "per second", kind: "areas", show: showBytes,
    series: series({ sent: "sent" }, ["green"]),
    headline: ({ sent }) => sent, scale: linear(3000),
  }),
  new Chart(byId("cache"), {
    title: "Answered from the file cache", unit: "of lookups", show: showShare,
    series: series({ hitRatio: "hits" }, ["green"]),
    headline: ({ hitRatio }) => hitRatio, scale: linear(1, 1),
  }),
  new Chart(byId("cpu"), {
    title: "CPU", unit: "of one core", show: showShare,
    series: series({ cpu: "process", busiest: "busiest worker" }, ["violet", "green"]),
    headline: ({ cpu }) => cpu, scale: linear(0.3),
  }),
];

const history = new History();
let before;
let cursor;
let heardAt = 0;
let source;

function connect() {
  heardAt = performance.now();
  source = new EventSource("events");
  source.onmessage = ({ data }) => take(JSON.parse(data));
  source.onerror = lose;
}

function lose() {
  source.close();
  setState("gone", "No answer, trying again");
  setTimeout(connect, RETRY_MS);
}

function take(now) {
  // Another version has another dashboard.
  if (before && before.build.version !== now.build.version) return location.reload();
  heardAt = performance.now();
  const comparable = before && isComparable(before, now) ? before : undefined;
  const point = comparable && serverPoint(comparable, now);
  before = now;
  if (point) history.add(point);
  tellState(now);
  byId("version").textContent = now.build.version;
  byId("uptime").textContent = showUptime(now.time - now.build.startTime);
  byId("memory").textContent = showBytes(now.process.residentBytes);
  byId("descriptors").textContent = showWhole(now.process.descriptors);
  fillStatuses(byId("statuses"), now, point);
  fillWorkers(byId("workers"), comparable, now);
  draw();
}

function tellState({ phase, workers }) {
  const down = workers.filter(({ state }) => state === "down").map(({ worker }) => worker);
  if (phase === "starting") setState("starting", "Starting");
  else if (phase === "draining") setState("draining", "Draining: accepts no more");
  else if (down.length > 0) setState("down", `Worker ${down.join(", ")} down`);
  else setState("serving", "Serving");
}

function setState(state, text) {
  const pill = byId("state");
  document.documentElement.dataset.state = state;
  // Only what changes is announced.
  if (pill.textContent !== text) pill.textContent = text;
  document.title = state === "serving" ? "epollux" : `${text} · epollux`;
}

function draw() {
  if (cursor && !history.points.includes(cursor)) cursor = undefined;
  for (const chart of charts) chart.draw(history, cursor);
  const ago = cursor && Math.round(history.latest.time - cursor.time);
  byId("moment").textContent = cursor ? `${ago} s ago` : "";
}

function moveCursor(point) {
  cursor = point;
  draw();
}

for (const chart of charts) {
  const { svg } = chart;
  svg.addEventListener("pointermove", ({ clientX }) => {
    if (history.latest) moveCursor(history.at(chart.timeAt(clientX, history.latest.time)));
  });
  svg.addEventListener("pointerleave", () => moveCursor(undefined));
  svg.addEventListener("blur", () => moveCursor(undefined));
  svg.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (event.key === "Escape") moveCursor(undefined);
    if (!steps || !history.latest) return;
    event.preventDefault();
    moveCursor(history.step(cursor ?? history.latest, steps));
    byId("spoken").textContent = `${byId("moment").textContent}: ${chart.sentence(cursor)}`;
  });
}

new ResizeObserver(draw).observe(byId("charts"));
setInterval(() => {
  const isSilent = performance.now() - heardAt > SILENCE_MS;
  if (isSilent && source.readyState !== EventSource.CLOSED) lose();
}, RETRY_MS);
connect();
