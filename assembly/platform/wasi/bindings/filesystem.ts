// wasi:filesystem 0.2.0, as the Canonical ABI passes it: `self` is a handle, a string is a pointer and
// a length, and `result` is where the host writes what does not fit in one number.

// @ts-ignore: decorator
@external("wasi:filesystem/preopens@0.2.0", "get-directories")
export declare function get_directories(result: usize): void;

// @ts-ignore: decorator
@external("wasi:filesystem/types@0.2.0", "[method]descriptor.open-at")
export declare function descriptor_open_at(
  self: u32,
  pathFlags: u32,
  path: usize,
  length: u32,
  openFlags: u32,
  flags: u32,
  result: usize,
): void;

// @ts-ignore: decorator
@external("wasi:filesystem/types@0.2.0", "[method]descriptor.stat-at")
export declare function descriptor_stat_at(
  self: u32,
  pathFlags: u32,
  path: usize,
  length: u32,
  result: usize,
): void;

// @ts-ignore: decorator
@external("wasi:filesystem/types@0.2.0", "[method]descriptor.stat")
export declare function descriptor_stat(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:filesystem/types@0.2.0", "[method]descriptor.metadata-hash")
export declare function descriptor_metadata_hash(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:filesystem/types@0.2.0", "[method]descriptor.read")
export declare function descriptor_read(self: u32, length: u64, offset: u64, result: usize): void;

// @ts-ignore: decorator
@external("wasi:filesystem/types@0.2.0", "[resource-drop]descriptor")
export declare function descriptor_drop(self: u32): void;
