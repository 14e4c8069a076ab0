// A server across its reloads, with generations that have no workers.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { NO_ACCOUNT } from "../../build/host/account.js";
import { Server } from "../../build/host/server.js";
import { eventually } from "../helpers/fixture.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const server = suite("server");

/** A generation whose workers end when they have retired. */
function makeGeneration() {
  let end;
  const closed = new Promise((resolve) => (end = resolve));
  return {
    settings: { "grace-period": 1000 },
    office: { log: assert.unreachable },
    supervisor: {
      account: NO_ACCOUNT,
      retire: async () => end(),
      closed: () => closed,
      finish: async () => NO_ACCOUNT,
      report: async () => [],
      end,
    },
    close() {},
  };
}

server("forgets generations that have ended, even while it is waited for", async () => {
  const it = new Server(makeGeneration());
  let isClosed = false;
  const closed = it.closed().then(() => (isClosed = true));
  const past = [];
  for (let i = 0; i < 10; i++) {
    past.push(new WeakRef(it.generation));
    await it.replace(makeGeneration());
  }
  await eventually(() => {
    collectGarbage();
    return past.every((generation) => generation.deref() === undefined);
  }, "nothing left of them");
  assert.not(isClosed, "one serves");
  it.generation.supervisor.end();
  await closed;
});

server.run();
