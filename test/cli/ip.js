import { BlockList, isIPv4, isIPv6 } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";

import * as ip from "../../build/host/ip.js";

const TEXTS = [
  ..."127.0.0.1 0.0.0.0 255.255.255.255 1.2.3.256 1.2.3 1.2.3.4.5 1.2.3. .1.2.3".split(" "),
  ..."1.2.3.4a 01.2.3.4 0x7f.0.0.1 2130706433 ١.2.3.4 +1.2.3.4 1.2.3.1000".split(" "),
  ..."::1 :: 1:: fe80::1 FE80::A 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8".split(" "),
  ..."::ffff:1.2.3.4 ::1.2.3.4 1:2:3:4:5:6:1.2.3.4 2001:db8::0001 2001:db8:0:0:0:0:0:1".split(" "),
  ...": ::: 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1::2::3 :1 1: 12345:: ::00001 g:: [::1]".split(" "),
  ..."::1.2.3 ::1.2.3.4.5 ::1.2.3.256 ::01.2.3.4 1.2.3.4:: 1:2:3:4:5:6:7:1.2.3.4".split(" "),
  ..."::1]:80/[ ::1# localhost a.b dead.beef 1:2:3:4:5:6:7::8 ::%".split(" "),
  "", " ", " ::1", "::1 ", "::1\n", "1.2.3.4\n", "\0",
];

test("what is an IP address is as for Node, but one with a zone is none", () => {
  for (const text of TEXTS) {
    assert.is(ip.isIPv4(text), isIPv4(text), JSON.stringify(text));
    assert.is(ip.isIPv6(text), isIPv6(text), JSON.stringify(text));
    assert.is(ip.isAddress(text), isIPv4(text) || isIPv6(text), JSON.stringify(text));
  }
  assert.is(ip.isIPv6("fe80::1%eth0"), false);
});

test("127.0.0.0/8 and ::1 are of this machine", () => {
  const loopback = new BlockList();
  loopback.addSubnet("127.0.0.0", 8, "ipv4");
  loopback.addAddress("::1", "ipv6");
  for (const text of ["127.0.0.1", "127.255.255.255", "126.0.0.1", "128.0.0.1", "12.7.0.1"]) {
    assert.is(ip.isLoopback(text), loopback.check(text, "ipv4"), text);
  }
  for (const text of ["::1", "::", "::2", "fe80::1"]) {
    assert.is(ip.isLoopback(text), loopback.check(text, "ipv6"), text);
  }
});

test.run();
