// A short text for each content coding: its name, and what the names of files in it end with.

import { writeBytes, writeText } from "../bytes/text";
import { CODINGS, ContentCoding } from "../http/coding";

/** An entry: u8 length and the bytes. */
const WIDTH: usize = 8;

class CodingTexts {
  private table: usize = heap.alloc(<usize>CODINGS * WIDTH);

  constructor(gzip: string, zstd: string, brotli: string) {
    this.set(ContentCoding.Gzip, gzip);
    this.set(ContentCoding.Zstd, zstd);
    this.set(ContentCoding.Brotli, brotli);
  }

  /**
   * Writes that of `coding`, which is not Identity, at `at`, and returns the position behind it.
   */
  write(at: usize, coding: ContentCoding): usize {
    const entry = this.entryOf(coding);
    return writeBytes(at, entry + 1, load<u8>(entry));
  }

  private set(coding: ContentCoding, text: string): void {
    const entry = this.entryOf(coding);
    store<u8>(entry, text.length);
    writeText(entry + 1, text);
  }

  private entryOf(coding: ContentCoding): usize {
    return this.table + <usize>coding * WIDTH;
  }
}

export const codingNames = new CodingTexts("gzip", "zstd", "br");
export const suffixes = new CodingTexts(".gz", ".zst", ".br");
