// What comes back is compared with what was sent, in its place, however the bytes were cut.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("talk", `
  import { writeMessage } from "../../assembly/tcp/message";
  import { progress } from "../../assembly/tcp/progress";
  import { Talk, TALK_SIZE } from "../../assembly/tcp/talk";
  let talk = changetype<Talk>(heap.alloc(TALK_SIZE));
  export function room(): usize { return heap.alloc(4096); }
  export function message(at: usize, connection: u32, number: u32): usize {
    return writeMessage(at, 99, connection, number);
  }
  export function start(number: u32): void {
    memory.fill(changetype<usize>(talk), 0, TALK_SIZE);
    talk.number = number;
    progress.wrong = 0;
    progress.echoed = 0;
  }
  export function begin(): void { talk.begin(1, 99); }
  export function left(): u32 { return talk.unsent; }
  export function send(length: u32): usize {
    const at = talk.rest(99);
    talk.unsent -= <u8>length;
    return at;
  }
  export function compare(at: usize, end: usize): void {
    while (at < end) at = talk.compare(at, end, 99);
  }
  export function isAnswered(): bool { return talk.isAnswered; }
  export function wrong(): f64 { return progress.wrong; }
  export function echoed(): f64 { return progress.echoed; }`);

const ROOM = guest.room();
const message = (number, connection = 5) =>
  guest.text(ROOM, guest.message(ROOM, connection, number));

/** Sends so many messages whole; their text. */
function say(count) {
  let text = "";
  for (let i = 0; i < count; i++) {
    guest.begin();
    const length = guest.left();
    const at = guest.send(length);
    text += guest.text(at, at + length);
  }
  return text;
}

const hear = (text) => guest.compare(ROOM, guest.put(ROOM, text));
const state = () => [guest.echoed(), guest.wrong(), Boolean(guest.isAnswered())];

const talk = suite("talk");
talk.before.each(() => guest.start(5));

talk("says numbers, a line each, other ones on every connection and each time", () => {
  const all = new Set();
  for (let connection = 0; connection < 50; connection++) {
    for (let number = 0; number < 50; number++) {
      const text = message(number, connection);
      assert.match(text, /^(0|[1-9]\d{0,9})\n$/);
      assert.ok(Number(text) < 2 ** 32);
      all.add(text);
    }
  }
  assert.is(all.size, 2500);
});

talk("says what is compared later", () => {
  assert.is(say(3), message(0) + message(1) + message(2));
});

talk("is answered when all has come back", () => {
  assert.equal(state(), [0, 0, true]);
  const text = say(1);
  assert.equal(state(), [0, 0, false]);
  hear(text);
  assert.equal(state(), [1, 0, true]);
});

talk("is heard whole, cut in two anywhere, or byte by byte", () => {
  const length = say(3).length;
  for (let cut = 0; cut <= length; cut++) {
    guest.start(5);
    const text = say(3);
    hear(text.slice(0, cut));
    hear(text.slice(cut));
    assert.equal(state(), [3, 0, true], `${cut}`);
  }
  guest.start(5);
  for (const byte of say(3)) hear(byte);
  assert.equal(state(), [3, 0, true]);
});

talk("counts the bytes that are wrong, and not the message they are in", () => {
  const text = say(2);
  const first = text.indexOf("\n");
  hear(`?${text.slice(1, first)}?${text.slice(first + 1)}`);
  assert.equal(state(), [1, 2, true]);
});

talk("counts as wrong what was never said, and goes on right", () => {
  hear("xyz");
  assert.equal(state(), [0, 3, true]);
  hear(say(1));
  assert.equal(state(), [1, 3, true]);
  hear(`${say(1)}tail`);
  assert.equal(state(), [2, 7, true]);
});

talk("sends a message in pieces, and no echo can be ahead of them", () => {
  guest.begin();
  const text = message(0);
  guest.send(4);
  assert.is(guest.left(), text.length - 4);
  hear(text.slice(0, 4));
  assert.equal(state(), [0, 0, false]);
  hear(text[4]);
  assert.equal(state(), [0, 1, false]);
  const rest = text.length - 4;
  const at = guest.send(rest);
  assert.is(guest.text(at, at + rest), text.slice(4));
  hear(text.slice(4));
  assert.equal(state(), [1, 1, true]);
});

talk.run();
