// The scenario "models": from the busy loop to epoll. The same server with each of its pollers,
// beside more and more idle connections, and one connection or many that ask. In each round each
// poller has two processes of its own. One goes through all numbers of idle connections, upwards, and
// in every other round downwards; its twin has none, and is measured in turn with it: ratios are
// taken between the two. The busy poller leaves nothing to others: who is not measured is stopped.

import { affordable, buildIdle, describeLimit, Layers } from "./idle-connections.js";
import { closeAll, Contest, measure, open, say } from "./measure.js";
import { microseconds, percent, times } from "./report.js";
import { scenarioLike } from "./scenarios.js";
import { SERVERS } from "./servers.js";
import { compareRounds, mean, median } from "./statistics.js";
import { describeRounds, warnOfOthers } from "./table.js";

const STEPS = [0, 10, 100, 1000, 5000, 10_000];

const POLLERS = [
  { name: "busy", flags: ["--poller", "busy"] },
  { name: "select", flags: ["--poller", "select"], descriptors: 1024 },
  { name: "poll", flags: ["--poller", "poll"] },
  { name: "epoll level", flags: ["--poller", "epoll", "--trigger", "level"] },
  { name: "epoll edge", flags: ["--poller", "epoll", "--trigger", "edge"] },
];

const PAIRS = 6; // of measurements, at each step of a round

const OWN_DESCRIPTORS = 60; // of the process: Node's, files, the listener; it has about 30

const count = (value) => value.toLocaleString("en");
// Zero has no sign.
const nanoseconds = (value) => (Math.round(value * 10_000) / 10 || 0).toFixed(1);
const growth = (comparison) => times(comparison, comparison.ratio < 10 ? 3 : 1);
const plural = (value) => `${count(value)} active connection${value === 1 ? "" : "s"}`;

export const models = {
  name: "models",
  about: "busy loop, select, poll and epoll beside idle connections",
  rounds: 3,
  slice: 200,
  siteChart: "models/chart.svg",
  run,
};

async function run(_, options) {
  const epollux = SERVERS.find(({ name }) => name === "epollux");
  if (!options.servers.includes("epollux") || !epollux.find()) return null;
  const scenario = scenarioLike("small", { name: "models" });
  const plan = makePlan(options);
  buildIdle();
  const entries = POLLERS.map((poller) => ({ ...poller, rounds: [] }));
  const contest = new Contest({ entries, absent: [] });
  for (let round = 0; round < options.rounds; round++) {
    say(`  round ${round + 1}/${options.rounds}: CPU µs per request beside idle connections`);
    await contest.each(async (entry) => {
      const steps = stepsOf(entry, plan);
      if (round % 2) steps.reverse();
      const twins = [];
      try {
        while (twins.length < 2) twins.push(await start(epollux, entry, scenario, plan, options));
        entry.version = twins[0].version;
        entry.rounds.push(await runRound(twins, scenario, steps, plan, options));
      } finally {
        for (const { started } of twins) process.kill(started.pid, "SIGCONT");
        await closeAll(twins);
      }
      sayRound(entry.name, entry.rounds[round], plan);
    });
  }
  if (contest.absent.length > 0) process.exitCode = 1;
  return contest.entries.length === 0 ? null : report(contest, plan, options);
}

function makePlan(options) {
  const most = affordable(options);
  return {
    most,
    steps: STEPS.filter((step) => step <= most),
    active: [...new Set([1, options.connections])],
  };
}

/** The steps of a poller: in place of the first one that it cannot hold, the most that it can. */
function stepsOf({ descriptors = Infinity }, { steps, active }) {
  if (descriptors === Infinity) return [...steps];
  const room = descriptors - OWN_DESCRIPTORS - Math.max(...active);
  const most = Math.max(0, Math.floor(room / 100) * 100);
  const within = steps.filter((step) => step <= most);
  return steps.at(-1) > most && !within.includes(most) ? [...within, most] : within;
}

/** A server that has warmed up, and is stopped. */
async function start(epollux, { flags }, scenario, { most, active }, options) {
  const connections = most + 2 * Math.max(...active);
  const server = await open(epollux, scenario, options, {
    flags: [...flags, "--idle-timeout", "10m", "--max-connections", String(connections)],
  });
  try {
    await measure(server, scenario, options, options.warmUp * 1000);
    process.kill(server.started.pid, "SIGSTOP");
    return server;
  } catch (error) {
    await closeAll([server]);
    throw error;
  }
}

/** Has a server run while something is done with it. */
async function awake({ started }, action) {
  process.kill(started.pid, "SIGCONT");
  try {
    return await action();
  } finally {
    process.kill(started.pid, "SIGSTOP");
  }
}

/** A process at every step beside its twin: a list of what came of it, each with its connections. */
async function runRound([server, twin], scenario, steps, { active }, options) {
  const idle = new Layers(server, scenario, options);
  const cells = [];
  try {
    for (const step of steps) {
      await awake(server, () => idle.reach(step, steps));
      for (const connections of active) {
        const cell = await compareTwins(server, twin, { ...scenario, connections }, options);
        cells.push({ active: connections, idle: step, ...cell });
      }
    }
    await awake(server, () => idle.reach(0, steps));
    return cells;
  } finally {
    await idle.abandon();
  }
}

/** What a server costs, and in `pairs` its CPU time beside that of its twin, measured in turn. */
async function compareTwins(server, twin, scenario, options) {
  const own = [];
  const other = [];
  const places = [[server, own], [twin, other]];
  for (let i = 0; i < PAIRS; i++) {
    for (const [one, rounds] of places) {
      rounds.push(await awake(one, () => measure(one, scenario, options, options.slice)));
    }
    places.reverse();
  }
  const of = (key, statistic) => statistic(own.map((round) => round[key]));
  return {
    ...{ cpu: of("cpu", median), p99: of("p99", median), busy: of("busy", median) },
    others: of("others", mean),
    errors: [...own, ...other].reduce((sum, { errors }) => sum + errors, 0),
    pairs: own.map(({ cpu }, i) => [cpu, other[i].cpu]),
  };
}

function sayRound(name, cells, { active }) {
  const lines = active.map((connections) => {
    const own = cells.filter((cell) => cell.active === connections);
    const texts = own.map(({ idle, cpu }) => `${count(idle)}: ${microseconds(cpu)}`);
    return `${connections} active, ${texts.join("  ")}`;
  });
  for (const line of lines) say(`    ${name.padEnd(12)} ${line}`);
}

function report({ entries, absent }, plan, options) {
  const results = entries.map(({ name, version, rounds, ...poller }) => ({
    name,
    version,
    program: "epollux",
    rounds,
    summary: plan.active.map((active) => summarise(rounds, active, stepsOf(poller, plan))),
  }));
  warnOfOthers(results.flatMap(({ summary }) => summary));
  return {
    data: { results, absent, headline: headline(results, plan), chart: chart(results, plan) },
    tables: plan.active.flatMap((active, i) => tables(results, active, i, plan)),
    notes: notes(plan, options),
  };
}

function summarise(rounds, active, steps) {
  const pick = (step) =>
    rounds.map((cells) => cells.find((cell) => cell.active === active && cell.idle === step));
  const cells = steps.map((idle) => {
    const own = pick(idle);
    const of = (key) => median(own.map((cell) => cell[key]));
    return { idle, cpu: of("cpu"), p99: of("p99"), busy: of("busy") };
  });
  const pairs = pick(steps.at(-1)).flatMap((cell) => cell.pairs);
  const all = rounds.flat().filter((cell) => cell.active === active);
  return {
    active,
    cells,
    toTwin: compareRounds(...[0, 1].map((i) => pairs.map((pair) => ({ cpu: pair[i] })))),
    perIdle: median(pairs.map(([cpu, twin]) => cpu - twin)) / Math.max(1, steps.at(-1)),
    others: Math.max(0, mean(all.map(({ others }) => others))),
    errors: all.reduce((sum, { errors }) => sum + errors, 0),
  };
}

/** CPU and latency: a row for each poller, a column for each number of idle connections. */
function tables(results, active, i, { steps }) {
  const rows = results.map(({ name, summary }) => ({ name, ...summary[i] }));
  const perStep = (key, format) =>
    steps.map((step, at) => [
      count(step),
      ({ cells }) => {
        const cell = cells[at];
        if (!cell) return "–";
        return format(cell[key]) + (cell.idle === step ? "" : ` (${count(cell.idle)})`);
      },
    ]);
  const whole = (value) => count(Math.round(value));
  return [
    {
      title: `CPU µs per request, ${plural(active)}, beside idle connections`,
      columns: [
        ["poller", ({ name }) => name],
        ...perStep("cpu", microseconds),
        ["× none", ({ toTwin }) => growth(toTwin)],
        ["ns per idle one", ({ perIdle }) => nanoseconds(perIdle)],
        ["others", ({ others }) => percent(others)],
        ["errors", ({ errors }) => String(errors)],
      ],
      rows,
    },
    {
      title: `p99 latency in µs, ${plural(active)}, beside idle connections`,
      columns: [["poller", ({ name }) => name], ...perStep("p99", whole)],
      rows,
    },
  ];
}

function headline(results, { active, steps }) {
  const texts = results.map(({ name, summary }) => {
    const { toTwin, cells } = summary.at(-1);
    const { idle } = cells.at(-1);
    const where = idle === steps.at(-1) ? "" : ` at ${count(idle)}`;
    const goal = name.startsWith("epoll") ? " (goal ≤ 1.05)" : "";
    return `${name} × ${growth(toTwin)}${where}${goal}`;
  });
  return [
    `With ${plural(active.at(-1))}, a request beside ${count(steps.at(-1))} idle ones costs, ` +
      `against one beside none: ${texts.join(", ")}`,
  ];
}

function chart(results, { active, steps }) {
  return {
    quantity: "CPU µs per request, both axes logarithmic; smaller is better",
    axis: "idle connections",
    panels: active.map((connections, i) => ({
      title: plural(connections),
      lines: results.map(({ name, summary }) => {
        const { cells } = summary[i];
        const { idle, cpu } = cells.at(-1);
        const where = idle === steps.at(-1) ? "" : ` at ${count(idle)}`;
        const points = cells.map((cell) => [cell.idle, cell.cpu]);
        return { name, points, text: `${microseconds(cpu)}${where}` };
      }),
    })),
  };
}

function notes(plan, options) {
  const [select] = POLLERS.filter(({ descriptors }) => descriptors);
  const end = stepsOf(select, plan).at(-1);
  const lines = [
    describeRounds({ connections: plan.active.join(" or ") }, options),
    "Each round gives each poller two processes of its own, warmed up. One goes through all numbers " +
      "of idle connections, in turns upwards and downwards; each idle connection has had one " +
      `answer. At each step it is measured ${PAIRS} times in turn with the other, which has none. ` +
      "*× none* is the ratio of the two at the last step; after ± is how far off it may be by the " +
      "noise of this run, with 95 % confidence. *ns per idle one* is their difference ÷ the number " +
      "of idle connections: what one adds to a request. The busy poller never sleeps, so its CPU " +
      "time is all the time there is. Latency is from sending to the end of the answer.",
  ];
  if (end < plan.steps.at(-1)) {
    lines.push(
      `select watches descriptors up to ${select.descriptors - 1} only. The process has a few of ` +
        `its own, and the active connections need theirs, so it ends at ${count(end)} idle ones: ` +
        "its last values are of that many.",
    );
  }
  return [...lines, ...describeLimit(plan.most, options)];
}
