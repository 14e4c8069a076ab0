// What the guest refuses among its arguments; most the host has refused before.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../helpers/guest.js";

const guest = compileGuest("arguments", `
  import { ServerArguments } from "../../assembly/arguments";
  const text = memory.data(256);
  export function readListeners(count: i32): usize {
    const args = ["epollux", "echo"];
    for (let i = 0; i < count; i++) args.push("--listen"), args.push(i.toString());
    const fault = new ServerArguments().read(args);
    return text + String.UTF8.encodeUnsafe(changetype<usize>(fault), fault.length, text);
  }
  export function start(): usize { return text; }`);

const faultOf = (count) => {
  const end = guest.readListeners(count);
  return guest.text(guest.start(), end);
};

const args = suite("arguments");

args("a server listens on 1 to 255 addresses", () => {
  assert.is(faultOf(0), "--listen is required");
  assert.is(faultOf(1), "");
  assert.is(faultOf(255), "");
  assert.is(faultOf(256), "--listen: no more than 255 addresses");
});

args.run();
