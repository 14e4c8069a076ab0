// How many connections each client has: --max-connections-per-client. A client is an IPv4 address,
// or the /64 of an IPv6 address, within which a host may choose another address at any time
// (RFC 8981). Those that have connections stand in a hash table of lists.

import { align, Arena } from "../bytes/arena";
import { hashBytes } from "../bytes/hash";
import { AF_INET, AF_INET6, PeerRecord } from "../platform/layout";
import { Connection } from "./connection";

/** No address of a host begins with these 32 bits: behind them stands an IPv4 address. */
const IPV4: u64 = 0xffffffff;

@unmanaged
class Client {
  /** The first half of its address, or IPV4 and its address. */
  key: u64;
  connections: u32;
  /** In the list of its hash, or in that of free records. */
  next: Client | null;
}

export class Clients {
  private lists: usize;
  private mask: u32;
  private free: Client | null = null;
  private untouched: usize;
  private key: usize = memory.data(8);

  /**
   * For `capacity` connections. `peer` is the record of who was accepted last; with a `seed` that
   * nobody knows, nobody can tell which addresses come to stand in one list.
   */
  constructor(
    arena: Arena,
    capacity: u32,
    private most: u32,
    private peer: PeerRecord,
    private seed: u32,
  ) {
    const length = listCount(capacity);
    this.lists = arena.take(<usize>length * sizeof<usize>());
    this.mask = length - 1;
    this.untouched = arena.take(<usize>capacity * offsetof<Client>());
  }

  static arenaSize(capacity: u32): usize {
    const lists = <usize>listCount(capacity) * sizeof<usize>();
    return align(lists) + <usize>capacity * offsetof<Client>();
  }

  /** Counts a connection that was accepted; false when its client has as many as it may. */
  enter(connection: Connection): bool {
    const peer = this.peer;
    // Who comes by a Unix socket has no address.
    if (peer.family != AF_INET && peer.family != AF_INET6) return true;
    const key = keyOf(peer);
    const list = this.listOf(key);
    let client = load<Client | null>(list);
    while (client && client.key != key) client = client.next;
    if (!client) {
      client = this.take();
      client.key = key;
      client.connections = 0;
      client.next = load<Client | null>(list);
      store<Client | null>(list, client);
    }
    if (client.connections == this.most) return false;
    client.connections++;
    connection.client = changetype<usize>(client);
    return true;
  }

  /** The connection has ended. */
  leave(connection: Connection): void {
    if (connection.client == 0) return;
    const client = changetype<Client>(connection.client);
    connection.client = 0;
    if (--client.connections > 0) return;
    let at = this.listOf(client.key);
    while (load<Client>(at) != client) at = load<usize>(at) + offsetof<Client>("next");
    store<Client | null>(at, client.next);
    client.next = this.free;
    this.free = client;
  }

  private take(): Client {
    const client = this.free;
    if (client) {
      this.free = client.next;
      return client;
    }
    this.untouched += offsetof<Client>();
    return changetype<Client>(this.untouched - offsetof<Client>());
  }

  /** Where the pointer to the first client stands whose hash is that of `key`. */
  private listOf(key: u64): usize {
    store<u64>(this.key, key);
    const hash = hashBytes(this.key, sizeof<u64>(), this.seed);
    return this.lists + <usize>(hash & this.mask) * sizeof<usize>();
  }
}

function keyOf(peer: PeerRecord): u64 {
  const half = load<u64>(changetype<usize>(peer) + offsetof<PeerRecord>("address0"));
  if (peer.family == AF_INET) return IPV4 | ((<u64>peer.address0) << 32);
  // ::ffff:0:0/96 holds IPv4 addresses, as a socket for both shows them.
  const isMapped = half == 0 && peer.address2 == 0xffff0000;
  return isMapped ? IPV4 | ((<u64>peer.address3) << 32) : half;
}

/** The power of two that is not less than `capacity`. */
function listCount(capacity: u32): u32 {
  return capacity < 2 ? 1 : 1 << (32 - clz(capacity - 1));
}
