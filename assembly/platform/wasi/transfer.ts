// recv(2) and its kin for connections by wasi:sockets, whose bytes go through streams of wasi:io.

import { SendRecord, Vector } from "../layout";
import { pread } from "./files";
import { socketAt } from "./socket";
import { permit, readStream, writeStream } from "./streams";

/** What is gathered to be written at once; a host takes no more, as a rule. */
const STAGE_SIZE: u32 = 65536;
const stage = memory.data(65536);

export function recv(fd: i32, buffer: usize, length: i32): i32 {
  return readStream(socketAt(fd).input, buffer, length);
}

/** There is no MSG_MORE here: `flags` are of no meaning. */
export function send(fd: i32, buffer: usize, length: i32, flags: i32): i32 {
  const output = socketAt(fd).output;
  const count = permit(output, length);
  return count < 0 ? count : writeStream(output, buffer, count);
}

export function sendv(fd: i32, vectors: usize, count: i32, flags: i32): i32 {
  const output = socketAt(fd).output;
  const room = permit(output, STAGE_SIZE);
  if (room < 0) return room;
  let gathered: u32 = 0;
  for (let i = 0; i < count && gathered < <u32>room; i++) {
    const vector = changetype<Vector>(vectors + <usize>i * offsetof<Vector>());
    const length = min(vector.length, <u32>room - gathered);
    memory.copy(stage + gathered, vector.pointer, length);
    gathered += length;
  }
  return writeStream(output, stage, gathered);
}

export function send_each(sends: usize, count: i32): i32 {
  for (let i = 0; i < count; i++) {
    const record = changetype<SendRecord>(sends + <usize>i * offsetof<SendRecord>());
    record.result = send(record.fd, record.pointer, record.length, 0);
  }
  return 0;
}

export function sendfile(fd: i32, file: i32, offset: f64, count: i32): i32 {
  const output = socketAt(fd).output;
  const room = permit(output, min(count, STAGE_SIZE));
  if (room < 0) return room;
  const length = pread(file, stage, room, offset);
  return length <= 0 ? length : writeStream(output, stage, length);
}
