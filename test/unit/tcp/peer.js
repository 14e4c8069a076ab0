// Addresses as text, beside those that Node writes.

import { SocketAddress } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("peer", `
  import { PeerRecord } from "../../assembly/platform/layout";
  import { MAX_PEER_TEXT, writeEndpoint, writePair } from "../../assembly/tcp/peer";
  export const LONGEST: u32 = MAX_PEER_TEXT;
  export function room(): usize { return heap.alloc(1024); }
  export function pair(at: usize, peer: PeerRecord): usize { return writePair(at, peer); }
  export function endpoint(at: usize, peer: PeerRecord): usize { return writeEndpoint(at, peer); }`);

const RECORD = guest.room();
const TEXT = RECORD + 32;

/** Writes a peer record: docs/abi.md. */
function putPeer(family, port, bytes) {
  const record = Buffer.alloc(20);
  record.writeUInt16LE(family, 0);
  record.writeUInt16LE(port, 2);
  Buffer.from(bytes).copy(record, 4);
  guest.put(RECORD, record.toString("latin1"));
}

const pair = () => guest.text(TEXT, guest.pair(TEXT, RECORD));
const endpoint = () => guest.text(TEXT, guest.endpoint(TEXT, RECORD));

const groups = (...values) => values.flatMap((value) => [value >> 8, value & 255]);

const peer = suite("peer");

peer("is written in two ways for IPv4", () => {
  putPeer(2, 40312, [127, 0, 0, 1]);
  assert.equal([pair(), endpoint()], ["127.0.0.1, 40312", "127.0.0.1:40312"]);
  putPeer(2, 1, [255, 255, 255, 255]);
  assert.is(endpoint(), "255.255.255.255:1");
});

peer("is written in two ways for IPv6", () => {
  putPeer(10, 40312, groups(0, 0, 0, 0, 0, 0, 0, 1));
  assert.equal([pair(), endpoint()], ["::1, 40312", "[::1]:40312"]);
});

peer("of IPv6 is shortened as RFC 5952 has it", () => {
  for (const [text, ...values] of [
    ["::", 0, 0, 0, 0, 0, 0, 0, 0],
    ["2001:db8::", 0x2001, 0xdb8, 0, 0, 0, 0, 0, 0],
    ["2001:db8::1", 0x2001, 0xdb8, 0, 0, 0, 0, 0, 1],
    ["2001:db8:0:1:1:1:1:1", 0x2001, 0xdb8, 0, 1, 1, 1, 1, 1],
    ["2001:db8::1:0:0:1", 0x2001, 0xdb8, 0, 0, 1, 0, 0, 1],
    ["2001:0:0:1::1", 0x2001, 0, 0, 1, 0, 0, 0, 1],
    ["::1:0:0:0:1", 0, 0, 0, 1, 0, 0, 0, 1],
    ["::ffff:192.0.2.33", 0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0221],
    ["fe80::abcd:ef01:2345:6789", 0xfe80, 0, 0, 0, 0xabcd, 0xef01, 0x2345, 0x6789],
  ]) {
    putPeer(10, 80, groups(...values));
    assert.is(endpoint(), `[${text}]:80`);
  }
});

peer("of random IPv6 addresses is as Node writes them", () => {
  const dice = roll(5);
  for (let time = 0; time < 500; time++) {
    const values = Array.from({ length: 8 }, () => dice(2) * dice(65536));
    values[0] |= 0x2000; // none that stands for an IPv4 address
    const { address } = new SocketAddress({
      family: "ipv6",
      address: values.map((value) => value.toString(16)).join(":"),
    });
    putPeer(10, 65535, groups(...values));
    assert.is(pair(), `${address}, 65535`);
  }
});

peer("is never longer than it says", () => {
  putPeer(10, 65535, Array(16).fill(0xff));
  assert.ok(endpoint().length <= guest.LONGEST.value && pair().length <= guest.LONGEST.value);
});

peer("of a Unix socket has no address", () => {
  putPeer(1, 0, []);
  assert.equal([pair(), endpoint()], ["unix", "unix"]);
});

peer.run();
