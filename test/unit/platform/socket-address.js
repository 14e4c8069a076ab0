// Addresses as wasi:sockets has them: what is read is what node:net takes for an address.

import { isIPv6 } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("socket-address", `
  import { PeerRecord } from "../../assembly/platform/layout";
  import { portAt, SocketAddress, writePeer } from "../../assembly/platform/wasi/socket-address";
  const address = new SocketAddress();
  export function room(): usize { return heap.alloc(256); }
  export function read(text: usize, end: usize): bool { return address.read(text, <u32>(end - text)); }
  export function family(): u32 { return address.family; }
  export function field(i: u32): u32 { return address.fields[i]; }
  export function port(at: usize): u32 { return portAt(at); }
  export function peer(at: usize, to: usize): void { writePeer(at, changetype<PeerRecord>(to)); }`);

const ROOM = guest.room();
const PEER = ROOM + 64;

/** What a text is read as: its family, port and numbers; undefined if it is no address. */
function read(text) {
  if (!guest.read(ROOM, guest.put(ROOM, text))) return undefined;
  const fields = Array.from({ length: 11 }, (_, i) => guest.field(i));
  if (guest.family() === 0) {
    assert.equal(fields.slice(5), Array(6).fill(0));
    return { family: 4, port: fields[0], numbers: fields.slice(1, 5) };
  }
  assert.equal([fields[1], fields[10]], [0, 0], "neither flow nor scope");
  return { family: 6, port: fields[0], numbers: fields.slice(2, 10) };
}

const addresses = suite("socket addresses");

addresses("IPv4 is four numbers and a port", () => {
  assert.equal(read("127.0.0.1:7788"), { family: 4, port: 7788, numbers: [127, 0, 0, 1] });
  assert.equal(read("255.255.255.255:0"), { family: 4, port: 0, numbers: [255, 255, 255, 255] });
});

addresses("what is no IPv4 address and port is refused", () => {
  const texts = [
    "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0:80", "127.0.0.1.1:80", "256.0.0.1:80", "a.0.0.1:80",
    "127.0.0.1:65536", "127.0.0.1:80x", "127.0.0.1:-1", "127..0.1:80", "localhost:80", "::1:80",
    "127.0.0.1:000080",
  ];
  for (const text of texts) assert.is(read(text), undefined, text);
});

addresses("IPv6 is eight groups, of which some may be left out", () => {
  const expected = {
    "::": [0, 0, 0, 0, 0, 0, 0, 0],
    "::1": [0, 0, 0, 0, 0, 0, 0, 1],
    "1::": [1, 0, 0, 0, 0, 0, 0, 0],
    "1::8": [1, 0, 0, 0, 0, 0, 0, 8],
    "2001:DB8::a:b": [0x2001, 0xdb8, 0, 0, 0, 0, 10, 11],
    "1:2:3:4:5:6:7:ffff": [1, 2, 3, 4, 5, 6, 7, 0xffff],
    "1:2:3:4:5:6:7::": [1, 2, 3, 4, 5, 6, 7, 0],
    "::2:3:4:5:6:7:8": [0, 2, 3, 4, 5, 6, 7, 8],
  };
  for (const [text, numbers] of Object.entries(expected)) {
    assert.ok(isIPv6(text), text);
    assert.equal(read(`[${text}]:443`), { family: 6, port: 443, numbers }, text);
  }
});

addresses("what is no IPv6 address and port is refused", () => {
  const texts = [
    "1", "1:2", ":", ":1", "1:", "1::2::3", "1:::2", ":::", "12345::", "g::", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:", "1:2:3:4::5:6:7:8", "::1%lo", "",
  ];
  for (const text of texts) {
    assert.is(read(`[${text}]:80`), undefined, text);
  }
  for (const text of ["[::1", "[::1]", "[::1]80", "[::1]:", "::1"]) {
    assert.is(read(text), undefined, text);
  }
});

/** Puts an ip-socket-address into memory, and resolves with the peer record made of it. */
function peerOf(bytes) {
  guest.put(ROOM, Buffer.from(bytes).toString("latin1"));
  guest.peer(ROOM, PEER);
  return Buffer.from(guest.memory.buffer, PEER, 20);
}

addresses("a peer's address stands in its record as the network has it", () => {
  const ipv4 = peerOf([0, 0, 0, 0, 0x39, 0x30, 10, 0, 0, 7]);
  assert.equal([ipv4.readUInt16LE(0), ipv4.readUInt16LE(2)], [2, 12345]);
  assert.equal([...ipv4.subarray(4)], [10, 0, 0, 7, ...Array(12).fill(0)]);
  assert.is(guest.port(ROOM), 12345);

  const groups = [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].flatMap((group) => [group & 255, group >> 8]);
  const ipv6 = peerOf([1, 0, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, ...groups, 0, 0, 0, 0]);
  assert.equal([ipv6.readUInt16LE(0), ipv6.readUInt16LE(2)], [10, 80]);
  assert.is(ipv6.toString("hex", 4), "20010db8000000000000000000000001");
});

addresses.run();
