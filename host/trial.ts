// The self-test of a reload: one worker of the new generation, apart from those that serve and at
// an address of its own, is asked for the start page before anything is taken out of service.

import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";

import { settlesWithin } from "./deadline.js";
import { describeErrno, StartError } from "./errors.js";
import { formatAddress } from "./address.js";
import { type Office, Seat } from "./seat.js";

const LOOPBACK = "127.0.0.1";
const BACKLOG = 16;
const PATIENCE_MS = 5000;

/** What a directory can have for a start page. */
const FINE = [200, 403, 404];

/** Resolves when a guest has started, answered and ended. Throws `StartError`. */
export async function tryOut(office: Office): Promise<void> {
  const { shim } = office;
  const descriptor = shim.openListener(LOOPBACK, 0, BACKLOG, 0);
  const log = shim.openLog("/dev/null"); // nobody asked for this page
  const close = () => [descriptor, log].forEach((each) => each >= 0 && shim.closeDescriptor(each));
  try {
    for (const each of [descriptor, log]) {
      if (each < 0) throw new StartError(`self-test: ${describeErrno(each)}`);
    }
    await tryAt(descriptor, { ...office, logs: [log], isSingleRun: true, release: undefined });
  } finally {
    close();
  }
}

async function tryAt(descriptor: number, office: Office): Promise<void> {
  const port = office.shim.listenerPort(descriptor);
  const address = formatAddress(LOOPBACK, port);
  const complaints: string[] = [];
  const log = (line: string) => void complaints.push(line);
  const seat = new Seat({ ...office, log }, "trial worker", [{ address, descriptor }]);
  try {
    const isUp = seat.open();
    isUp.catch(() => undefined); // told below, unless it comes too late
    if (!(await settlesWithin(isUp, PATIENCE_MS))) throw new StartError("self-test: it hangs");
    seat.release();
    await askForPage(port).catch(async (error: Error) => {
      await seat.stop(); // what its guest has to say of it is known then
      throw new StartError(`self-test: ${[...complaints, error.message].join("; ")}`);
    });
  } finally {
    await seat.stop();
    seat.close();
  }
}

async function askForPage(port: number): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const request = get({ host: LOOPBACK, port, agent: false, signal });
  const [response] = (await once(request, "response", { signal })) as [IncomingMessage];
  const { statusCode = 0 } = response;
  // Throws if the content is cut short.
  for await (const chunk of response) void chunk;
  if (!FINE.includes(statusCode)) throw new Error(`GET / was answered with ${statusCode}`);
}
