// The listening sockets. They are opened here and outlive the workers that accept from them, for
// closing one would reset the connections in its queue: whoever takes up listeners gives them back,
// and a socket is closed when nobody has it any more. Opening an address anew finds the sockets that
// are open for it already.

import { fchownSync, lchownSync } from "node:fs";

import {
  type Address, type Bound, type BoundPort, formatAddress, type InheritedAddress,
  inheritedRefusal, isDualStack, parseBound, refusal, type TcpAddress, type UnixAddress,
} from "./address.js";
import { StartError } from "./errors.js";
import { isIPv6 } from "./ip.js";
import { DEFER_ACCEPT, type GrantedListener, REUSE_PORT, type Shim, V6_ONLY } from "./shim.js";
import { isAbstract, listenOnUnix, remover } from "./unix-socket.js";

/** How sockets are opened. */
export interface Manner {
  workers: number;
  backlog: number;
  /** See `DEFER_ACCEPT`; of TCP sockets that we open ourselves. */
  isDeferred: boolean;
  /** Permissions of Unix sockets. */
  unixMode: number;
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
  close(): void;
  /** How many workers have it. */
  holders: number;
}

/** The sockets of one address. */
interface Group {
  /** By which the guests ask for them. */
  text: string;
  sockets: Socket[];
  /** Every worker has all of them; else each has its own. */
  isShared: boolean;
}

export class Sockets {
  readonly #shim: Shim;
  #sockets: Socket[] = [];

  constructor(shim: Shim) {
    this.#shim = shim;
  }

  /**
   * Opens what is not open yet, and hands the sockets out to so many workers. Throws `StartError`;
   * then no more is open than before, though what was may have got the manner that was asked for.
   */
  open(addresses: readonly Address[], manner: Manner): Listeners {
    try {
      const groups = addresses.flatMap((address) => this.#openAddress(address, addresses, manner));
      const byWorker = Array.from({ length: manner.workers }, (_, worker) =>
        groups.flatMap((group) => handOut(group, worker, manner.workers)),
      );
      return { bound: groups.flatMap(({ sockets }) => sockets[0]?.bound ?? []), byWorker };
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

  /**
   * Gives them to another user: the kernel lets no socket of one user in on a port of another's. Who
   * may not do that can serve all the same, with as many workers as now. Throws `StartError` if it is
   * a Unix socket, which that user could not remove.
   */
  give(uid: number, gid: number): void {
    for (const { bound, descriptor } of this.#sockets) {
      if (bound.type === "tcp") isGiven(() => fchownSync(descriptor, uid, gid));
      if (bound.type !== "unix" || isAbstract(bound.path)) continue;
      if (isGiven(() => lchownSync(bound.path, uid, gid))) continue;
      throw new StartError(`--user: giving ${bound.path} to another user takes CAP_CHOWN`);
    }
  }

  #closeUnused(): void {
    const unused = this.#sockets.filter(({ holders }) => holders === 0);
    this.#sockets = this.#sockets.filter(({ holders }) => holders > 0);
    for (const socket of unused) socket.close();
  }

  #openAddress(address: Address, all: readonly Address[], manner: Manner): Group[] {
    switch (address.type) {
      case "tcp":
        return this.#openTcp(address, all, manner);
      case "unix":
        return [this.#openUnix(address, manner)];
      case "inherited":
        return [this.#takeOver(address)];
    }
  }

  #openTcp(address: TcpAddress, all: readonly Address[], manner: Manner): Group[] {
    let actual = address.port;
    return address.ips.map((ip) => {
      const isDual = isDualStack(ip, address, all);
      const key = `${formatAddress(ip, address.port)}${isDual ? " dual-stack" : ""}`;
      const wanted = { type: "tcp", ip, port: actual, isDualStack: isDual } as const;
      const { sockets, port: real } = this.#openPort(key, wanted, manner);
      actual = real;
      return { text: formatAddress(ip, real), sockets, isShared: false };
    });
  }

  /**
   * A socket for each worker, or more of them: the kernel divides the connections among them. The
   * first asks without SO_REUSEPORT, which would let it in beside another server of the same user.
   */
  #openPort(key: string, wanted: BoundPort, manner: Manner): { sockets: Socket[]; port: number } {
    const { workers, backlog, isDeferred } = manner;
    const { ip } = wanted;
    const sockets = this.#find(key);
    const usual =
      (isDeferred ? DEFER_ACCEPT : 0) | (isIPv6(ip) && !wanted.isDualStack ? V6_ONLY : 0);
    const add = (port: number, flags: number): number => {
      const descriptor = this.#shim.openListener(ip, port, backlog, flags);
      if (descriptor < 0) throw new StartError(refusal(ip, port, descriptor));
      const bound = { ...wanted, port: this.#shim.listenerPort(descriptor) };
      sockets.push(this.#keep(key, descriptor, bound));
      return bound.port;
    };
    const first = sockets[0]?.bound as BoundPort | undefined;
    const port = first?.port ?? add(wanted.port, usual);
    const flags = usual | (sockets.length < workers || sockets.length > 1 ? REUSE_PORT : 0);
    for (const { descriptor } of sockets) this.#shim.adjustListener(descriptor, flags);
    while (sockets.length < workers) add(port, flags);
    return { sockets, port };
  }

  #openUnix(address: UnixAddress, { unixMode, backlog }: Manner): Group {
    const { path } = address;
    const key = `unix:${path}`;
    const sockets = this.#find(key);
    if (sockets.length === 0) {
      const descriptor = listenOnUnix(this.#shim, path, unixMode, backlog);
      sockets.push(this.#keep(key, descriptor, address, remover(path)));
    }
    return { text: key, sockets, isShared: true };
  }

  /** It stays open to the end: its number would mean another socket some day. */
  #takeOver(address: InheritedAddress): Group {
    const { descriptor } = address;
    const errno = this.#shim.adoptListener(descriptor);
    if (errno < 0) throw new StartError(inheritedRefusal(address, errno));
    const bound = parseBound(String(this.#shim.listenerAddress(descriptor)));
    const key = `fd:${descriptor}`;
    const socket = { descriptor, key, bound, close: () => undefined, holders: 0 };
    return { text: key, sockets: [socket], isShared: true };
  }

  #find(key: string): Socket[] {
    return this.#sockets.filter((socket) => socket.key === key);
  }

  #keep(key: string, descriptor: number, bound: Bound, beforeClose = () => {}): Socket {
    const close = () => {
      beforeClose();
      this.#shim.closeDescriptor(descriptor);
    };
    const socket = { descriptor, key, bound, close, holders: 0 };
    this.#sockets.push(socket);
    return socket;
  }
}

/** False without the right to do it (CAP_CHOWN). */
function isGiven(give: () => void): boolean {
  try {
    give();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
    return false;
  }
}

/** What falls to one worker: fewer workers than before have several sockets each. */
function handOut(group: Group, worker: number, workers: number): GrantedListener[] {
  const { text, sockets, isShared } = group;
  const own = sockets.filter((_, i) => isShared || i % workers === worker);
  return own.map((socket, nth) => {
    socket.holders++;
    return { address: nth === 0 ? text : `${text}#${nth + 1}`, descriptor: socket.descriptor };
  });
}
