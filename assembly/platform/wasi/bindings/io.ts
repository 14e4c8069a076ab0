// wasi:io 0.2.0, as the Canonical ABI passes it: `self` is a handle, a list is a pointer and a length,
// and `result` is where the host writes what does not fit in one number.

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
@external("wasi:io/error@0.2.0", "[resource-drop]error")
export declare function error_drop(self: u32): void;
