// wasi:io 0.2.0, as the Canonical ABI passes it: `self` is a handle, a list is a pointer and a length,
// and `result` is where the host writes what does not fit in one number.

// @ts-ignore: decorator
@external("wasi:io/poll@0.2.0", "poll")
export declare function poll(pollables: usize, count: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:io/poll@0.2.0", "[resource-drop]pollable")
export declare function pollable_drop(self: u32): void;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[method]input-stream.read")
export declare function input_stream_read(self: u32, length: u64, result: usize): void;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[method]input-stream.subscribe")
export declare function input_stream_subscribe(self: u32): u32;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[resource-drop]input-stream")
export declare function input_stream_drop(self: u32): void;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[method]output-stream.check-write")
export declare function output_stream_check_write(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[method]output-stream.write")
export declare function output_stream_write(
  self: u32,
  contents: usize,
  length: u32,
  result: usize,
): void;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[method]output-stream.blocking-write-and-flush")
export declare function output_stream_blocking_write_and_flush(
  self: u32,
  contents: usize,
  length: u32,
  result: usize,
): void;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[method]output-stream.flush")
export declare function output_stream_flush(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[method]output-stream.subscribe")
export declare function output_stream_subscribe(self: u32): u32;

// @ts-ignore: decorator
@external("wasi:io/streams@0.2.0", "[resource-drop]output-stream")
export declare function output_stream_drop(self: u32): void;

// @ts-ignore: decorator
@external("wasi:io/error@0.2.0", "[resource-drop]error")
export declare function error_drop(self: u32): void;
