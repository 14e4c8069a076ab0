// The listening sockets. They are opened here and outlive the workers that accept from them, for
// closing one would reset the connections in its queue: whoever takes up listeners gives them back,
// and a socket is closed when nobody has it any more. Opening an address anew finds the sockets that
// are open for it already.

import { type Address, type Bound, formatAddress, isDualStack, refusal } from "./address.js";
import { StartError } from "./errors.js";
import { isIPv6 } from "./ip.js";
import { DEFER_ACCEPT, type GrantedListener, REUSE_PORT, type Shim, V6_ONLY } from "./shim.js";

/** How sockets are opened. */
export interface Manner {
  workers: number;
  backlog: number;
  /** See `DEFER_ACCEPT`. */
  isDeferred: boolean;
}

/** The sockets of a set of workers. */
export interface Listeners {
  /** In the order of the addresses. */
  bound: Bound[];
  /** For each worker its own, all of which are in use until they are released. */
  byWorker: GrantedListener[][];
}

interface Socket {
  descriptor: number;
  /** What was asked for, as text: two requests with the same one mean the same sockets. */
  key: string;
  bound: Bound;
  /** How many workers have it. */
  holders: number;
}

export class Sockets {
  readonly #shim: Shim;
  #sockets: Socket[] = [];

  constructor(shim: Shim) {
    this.#shim = shim;
  }

  /**
   * Opens what is not open yet, and hands the sockets out to so many workers. Throws `StartError`;
   * then everything is as it was before.
   */
  open(addresses: readonly Address[], manner: Manner): Listeners {
    try {
      const groups = addresses.flatMap((address) => this.#openAddress(address, addresses, manner));
      const byWorker = Array.from({ length: manner.workers }, (_, worker) =>
        groups.flatMap((group) => handOut(group, worker, manner.workers)),
      );
      return { bound: groups.flatMap(([socket]) => (socket ? [socket.bound] : [])), byWorker };
    } catch (error) {
      this.#closeUnused();
      throw error;
    }
  }

  /** Takes listeners back from a worker that accepts no more. */
  release(listeners: readonly GrantedListener[]): void {
    for (const { descriptor } of listeners) {
      const socket = this.#sockets.find((socket) => socket.descriptor === descriptor);
      if (socket) socket.holders--;
    }
    this.#closeUnused();
  }

  #closeUnused(): void {
    for (const { descriptor, holders } of this.#sockets) {
      if (holders === 0) this.#shim.closeDescriptor(descriptor);
    }
    this.#sockets = this.#sockets.filter(({ holders }) => holders > 0);
  }

  /** For each IP address its sockets. */
  #openAddress({ ips, port }: Address, all: readonly Address[], manner: Manner): Socket[][] {
    let actual = port;
    return ips.map((ip) => {
      const isDual = isDualStack(ip, port, all);
      const key = `${formatAddress(ip, port)}${isDual ? " dual-stack" : ""}`;
      const sockets = this.#openPort(key, { ip, port: actual, isDualStack: isDual }, manner);
      actual = sockets[0]?.bound.port ?? actual;
      return sockets;
    });
  }

  /**
   * A socket for each worker, or more of them: the kernel divides the connections among them. The
   * first asks without SO_REUSEPORT, which would let it in beside another server of the same user.
   */
  #openPort(key: string, bound: Bound, manner: Manner): Socket[] {
    const { workers, backlog, isDeferred } = manner;
    const sockets = this.#sockets.filter((socket) => socket.key === key);
    const usual =
      (isDeferred ? DEFER_ACCEPT : 0) | (isIPv6(bound.ip) && !bound.isDualStack ? V6_ONLY : 0);
    const add = (port: number, flags: number): number => {
      const descriptor = this.#shim.openListener(bound.ip, port, backlog, flags);
      if (descriptor < 0) throw new StartError(refusal(bound.ip, port, descriptor));
      const actual = this.#shim.listenerPort(descriptor);
      const socket = { descriptor, key, bound: { ...bound, port: actual }, holders: 0 };
      this.#sockets.push(socket);
      sockets.push(socket);
      return actual;
    };
    const port = sockets[0]?.bound.port ?? add(bound.port, usual);
    const flags = usual | (sockets.length < workers || sockets.length > 1 ? REUSE_PORT : 0);
    for (const { descriptor } of sockets) this.#shim.adjustListener(descriptor, flags);
    while (sockets.length < workers) add(port, flags);
    return sockets;
  }
}

/** What falls to one worker: fewer workers than before have several sockets each. */
function handOut(group: readonly Socket[], worker: number, workers: number): GrantedListener[] {
  const own = group.filter((_, i) => i % workers === worker);
  return own.map((socket, nth) => {
    socket.holders++;
    const { ip, port } = socket.bound;
    const address = formatAddress(ip, port);
    return { address: nth === 0 ? address : `${address}#${nth + 1}`, descriptor: socket.descriptor };
  });
}
