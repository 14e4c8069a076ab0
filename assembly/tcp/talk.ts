// One connection of the load client, as a conversation: which message it is at, how much of it has
// been sent, how much of it has come back, and whether that is right.

import { Slot } from "../loop/slot";
import { writeMessage } from "./message";
import { progress } from "./progress";

/** The message at hand. */
const text = memory.data(16);

@unmanaged
export class Talk extends Slot {
  isUp: bool;
  /** Its time to speak came while an echo was outstanding. */
  isDue: bool;
  /** Something was wrong with the echo that is coming in. */
  isWrong: bool;
  /** How many bytes of the last message have not been sent, and of the next echo have come. */
  unsent: u8;
  echoLength: u8;
  /** Which connection this is. */
  number: u32;
  /** Messages begun, and echoes that have come whole, right or wrong. */
  sent: u32;
  echoed: u32;
  /** When the last message was begun. */
  sentAt: u64;

  /** Is there no echo to wait for? */
  get isAnswered(): bool {
    return this.echoed == this.sent;
  }

  /** Begins the next message. */
  begin(now: u64, seed: u32): void {
    this.isDue = false;
    this.sentAt = now;
    const end = writeMessage(text, seed, this.number, this.sent++);
    this.unsent = <u8>(end - text);
  }

  /** Where the rest of the last message lies, `unsent` bytes, until another is looked at. */
  rest(seed: u32): usize {
    return writeMessage(text, seed, this.number, this.sent - 1) - this.unsent;
  }

  /** Compares [at, end), which has come, up to the end of one echo at most; where that is. */
  compare(at: usize, end: usize, seed: u32): usize {
    const isLast = this.echoed + 1 == this.sent;
    const length = <u32>(writeMessage(text, seed, this.number, this.echoed) - text);
    // What has not been sent cannot come back.
    const expected: u32 = this.isAnswered ? 0 : isLast ? length - this.unsent : length;
    while (at < end && this.echoLength < expected) {
      if (load<u8>(at++) == load<u8>(text + this.echoLength++)) continue;
      this.isWrong = true;
      progress.wrong++;
    }
    if (this.echoLength == length) {
      this.endEcho();
    } else if (at < end) {
      progress.wrong += <f64>(end - at);
      return end;
    }
    return at;
  }

  private endEcho(): void {
    if (!this.isWrong) progress.echoed++;
    this.isWrong = false;
    this.echoLength = 0;
    this.echoed++;
  }
}

export const TALK_SIZE: usize = (offsetof<Talk>() + 15) & ~15;
