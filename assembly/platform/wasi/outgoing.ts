// A response, by wasi:http. What the host calls its body is a child of the response, and the stream a
// child of the body: each is given back before its parent.

import { NS_PER_MS } from "../clock";
import { EAGAIN, EINVAL } from "../errno";
import { panic } from "../panic";
import { monotonic_clock_subscribe_duration } from "./bindings/clocks";
import {
  fields_from_list,
  outgoing_body_finish,
  outgoing_body_write,
  outgoing_response,
  outgoing_response_body,
  outgoing_response_set_status_code,
  response_outparam_set,
} from "./bindings/http";
import { output_stream_drop, output_stream_subscribe, pollable_drop } from "./bindings/io";
import { expectLists, isError, result } from "./canonical";
import { permit, writeStream } from "./streams";
import { waitAny } from "./wait";

/** Two pollables to wait for, and the indexes of those that are ready. */
const waiting = memory.data(8, 4);
const ready = memory.data(8, 4);
const TEXT_SIZE: usize = 1024;
/** What an error may have to say. */
const text = memory.data(1024);

export class OutgoingResponse {
  private body: u32 = 0;
  private stream: u32 = 0;

  /** Sends a status and `count` field records to whom `outparam` is for; the content follows. */
  begin(outparam: u32, status: i32, fields: usize, count: u32): void {
    fields_from_list(fields, count, result);
    const response = outgoing_response(this.handleOf("fields.from-list", status));
    if (outgoing_response_set_status_code(response, status) != 0) {
      panic("outgoing-response.set-status-code", -EINVAL, status);
    }
    // Even without content: there are engines that wait for the end of a body in any case.
    outgoing_response_body(response, result);
    this.body = this.handleOf("outgoing-response.body", status);
    outgoing_body_write(this.body, result);
    this.stream = this.handleOf("outgoing-body.write", status);
    response_outparam_set(outparam, 0, response, 0, 0, 0, 0, 0, 0);
  }

  /**
   * Waits until the host takes some of the content, and answers how many bytes; 0 when the client
   * has gone, or has taken nothing for `timeoutMs`.
   */
  awaitRoom(timeoutMs: u32): u32 {
    let room = permit(this.stream, i32.MAX_VALUE);
    while (room == -EAGAIN && this.wait(timeoutMs)) room = permit(this.stream, i32.MAX_VALUE);
    return max(room, 0);
  }

  /** Writes no more than there is room for; false when the client has gone. */
  write(pointer: usize, length: u32): bool {
    return writeStream(this.stream, pointer, length) >= 0;
  }

  /** To be called in any case. The host itself ends a response that is shorter than it said. */
  end(): void {
    output_stream_drop(this.stream);
    expectLists(text, TEXT_SIZE);
    outgoing_body_finish(this.body, 0, 0, result);
  }

  /** The handle that a call returned which only fails by a mistake of ours. */
  private handleOf(call: string, status: i32): u32 {
    if (isError()) panic(call, -EINVAL, status);
    return load<u32>(result, 4);
  }

  /** Waits for the stream; false when it has not become ready within the time. */
  private wait(timeoutMs: u32): bool {
    const stream = output_stream_subscribe(this.stream);
    const timer = monotonic_clock_subscribe_duration(<u64>timeoutMs * NS_PER_MS);
    store<u32>(waiting, stream);
    store<u32>(waiting, timer, 4);
    waitAny(waiting, 2, ready);
    const first = load<u32>(ready);
    pollable_drop(stream);
    pollable_drop(timer);
    return first == 0;
  }
}
