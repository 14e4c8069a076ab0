// The real server with one flaw built in: it traps after every third request.

import binaryen from "binaryen";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { makeRoot } from "../helpers/fixture.js";
import { Installation } from "../helpers/installation.js";
import { fetchText, startServer } from "../helpers/server.js";

const FATAL_REQUEST = 3;

/** Puts a function before `turn` that traps when enough requests have been counted. */
function withFlaw(bytes) {
  const module = binaryen.readBinary(bytes);
  const { i32 } = binaryen;
  const nameOf = (name) => binaryen.getExportInfo(module.getExport(name)).value;
  const [turn, counters] = [nameOf("turn"), nameOf("counters")];
  const requests = module.f64.load(0, 1, module.call(counters, [], i32));
  const isFatal = module.f64.ge(requests, module.f64.const(FATAL_REQUEST));
  const body = module.block(null, [
    module.if(isFatal, module.unreachable()),
    module.call(turn, [module.local.get(0, i32)], i32),
  ], i32);
  module.addFunction("flawedTurn", i32, i32, [], body);
  module.removeExport("turn");
  module.addFunctionExport("flawedTurn", "turn");
  const flawed = module.emitBinary();
  module.dispose();
  return flawed;
}

async function expectAnswer(url) {
  assert.is((await fetchText(url)).status, 200);
}

test("a server whose worker traps logs it, goes on, and loses no count", async () => {
  const { command } = new Installation(withFlaw);
  const root = makeRoot({ "index.html": "<!doctype html><title>Home</title>" });
  const server = await startServer({ command, root: root.path });
  for (let round = 1; round <= 2; round++) {
    for (let i = 0; i < FATAL_REQUEST; i++) await expectAnswer(server.url);
    await server.errors(new RegExp(`^(error: worker 1 trapped: .*; replaced\n){${round}}$`));
  }
  await expectAnswer(server.url);
  const { code } = await server.stop();
  assert.is(code, 0);
  assert.match(server.stdout(), `stopped: ${2 * FATAL_REQUEST + 1} requests, `);
});

test.run();
