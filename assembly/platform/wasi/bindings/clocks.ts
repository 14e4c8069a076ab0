// wasi:clocks 0.2.0, as the Canonical ABI passes it.

// @ts-ignore: decorator
@external("wasi:clocks/monotonic-clock@0.2.0", "now")
export declare function monotonic_clock_now(): u64;

// @ts-ignore: decorator
@external("wasi:clocks/monotonic-clock@0.2.0", "subscribe-duration")
export declare function monotonic_clock_subscribe_duration(nanoseconds: u64): u32;

// @ts-ignore: decorator
@external("wasi:clocks/wall-clock@0.2.0", "now")
export declare function wall_clock_now(result: usize): void;
