// How many connections each client has, whatever comes and goes.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const CAPACITY = 300;
const MOST = 3;

const guest = compileGuest("clients", `
  import { Arena } from "../../assembly/bytes/arena";
  import { Clients } from "../../assembly/connection/clients";
  import { Connection } from "../../assembly/connection/connection";
  import { PeerRecord } from "../../assembly/platform/layout";
  export const peer: usize = memory.data(20);
  const arena = new Arena(Clients.arenaSize(${CAPACITY}) + ${CAPACITY} * 256);
  const clients = new Clients(arena, ${CAPACITY}, ${MOST}, changetype<PeerRecord>(peer), 1);
  const connections = arena.take(${CAPACITY} * 256);
  function connection(i: usize): Connection {
    return changetype<Connection>(connections + i * 256);
  }
  export function enter(i: usize): bool { return clients.enter(connection(i)); }
  export function leave(i: usize): void { clients.leave(connection(i)); }`);

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;

/** Connection number `i` comes from this address: is there room for it? */
function enter(i, family, address) {
  const record = Buffer.alloc(20);
  record.writeUInt16LE(family);
  record.writeUInt16LE(40_000 + i, 2);
  Buffer.from(address).copy(record, 4);
  guest.put(guest.peer.value, record);
  return Boolean(guest.enter(i));
}

const v4 = (...bytes) => [AF_INET, bytes];
const v6 = (hex) => [AF_INET6, Buffer.from(hex.padEnd(32, "0"), "hex")];
const mapped = (...bytes) => [AF_INET6, [...Array(10).fill(0), 0xff, 0xff, ...bytes]];

const clients = suite("clients");

/** One after the other from these addresses; which got in. All leave again. */
function entered(...peers) {
  const admitted = peers.map(([family, address], i) => enter(i, family, address));
  for (const i of peers.keys()) guest.leave(i);
  return admitted;
}

clients("a client has so many connections and no more", () => {
  const a = v4(10, 0, 0, 1);
  assert.equal(entered(a, a, a, a, a), [true, true, true, false, false]);
  // All that left are gone, and those that never got in were not counted.
  assert.equal(entered(a, a, a, a), [true, true, true, false]);
});

clients("addresses of IPv4 are clients each", () => {
  const [a, b] = [v4(10, 0, 0, 1), v4(10, 0, 0, 2)];
  assert.equal(entered(a, a, a, b, b, b, a, b), [...Array(6).fill(true), false, false]);
});

clients("an address of IPv4 is the same on a socket for both", () => {
  const [a, b] = [v4(10, 0, 0, 1), mapped(10, 0, 0, 1)];
  assert.equal(entered(a, b, a, b), [true, true, true, false]);
  assert.equal(entered(mapped(1, 2, 3, 4), mapped(1, 2, 3, 5), b, b), Array(4).fill(true));
});

clients("a /64 of IPv6 is one client, and the next one another", () => {
  const inside = ["1", "2", "ffff"].map((end) => v6(`20010db800000001${end.padStart(16, "0")}`));
  const next = v6("20010db800000002");
  assert.equal(entered(...inside, inside[0], next), [true, true, true, false, true]);
  // The loopback address is in a /64 of zeros, which holds no address of IPv4.
  const loopback = v6(`${"0".repeat(31)}1`);
  assert.equal(entered(loopback, loopback, loopback, mapped(0, 0, 0, 1), loopback),
    [true, true, true, true, false]);
});

clients("who has no address is not counted", () => {
  const local = [AF_UNIX, []];
  assert.equal(entered(...Array(8).fill(local)), Array(8).fill(true));
});

clients("after 100,000 that came and went in any order everybody is counted right", () => {
  const held = new Map();
  const counts = new Map();
  let state = 1;
  const random = (below) => {
    state = Math.imul(state, 1664525) + 1013904223;
    return (state >>> 8) % below;
  };
  for (let step = 0; step < 100_000; step++) {
    const i = random(CAPACITY);
    if (held.has(i)) {
      guest.leave(i);
      counts.set(held.get(i), counts.get(held.get(i)) - 1);
      held.delete(i);
      continue;
    }
    const name = random(2) ? random(100) : 1000 + random(10_000);
    const isAdmitted = enter(i, ...v4(10, 1, name >> 8, name & 255));
    const count = counts.get(name) ?? 0;
    if (isAdmitted !== count < MOST) assert.unreachable(`${name} has ${count} in step ${step}`);
    if (!isAdmitted) continue;
    counts.set(name, count + 1);
    held.set(i, name);
  }
  assert.ok(held.size > 100);
  for (const i of held.keys()) guest.leave(i);
  const all = Array.from({ length: CAPACITY }, (_, i) => enter(i, ...v4(10, 2, i >> 8, i & 255)));
  assert.equal(all, Array(CAPACITY).fill(true));
});

clients.run();
