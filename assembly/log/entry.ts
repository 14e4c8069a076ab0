// What is kept of a request until its response has ended: all of the line but for what that tells.

/** The longest line: PIPE_BUF, so that no pipe mixes two of them. */
export const MAX_LINE: u32 = 4096;

/** Behind it lies the text of the line in two parts, between which the late values belong. */
@unmanaged
export class Entry {
  /** Bytes of the response that have not been sent. */
  left: f64;
  /** Bytes of its content. */
  content: f64;
  /** When the request had come whole, by the monotonic clock. */
  begun: u64;
  /** Where the second part begins, and where it ends. */
  middle: u32;
  length: u32;

  get text(): usize {
    return changetype<usize>(this) + offsetof<Entry>();
  }

  /** Where the next entry can stand. */
  get next(): usize {
    return (this.text + this.length + 7) & ~7;
  }
}

/** The most that an entry takes; the text may be written some bytes beyond its end. */
export const MAX_ENTRY: u32 = MAX_LINE + 64;
