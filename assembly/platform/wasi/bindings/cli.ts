// wasi:cli 0.2.0, as the Canonical ABI passes it. What is returned alone is a handle.

// @ts-ignore: decorator
@external("wasi:cli/environment@0.2.0", "get-arguments")
export declare function get_arguments(result: usize): void;

// @ts-ignore: decorator
@external("wasi:cli/stdout@0.2.0", "get-stdout")
export declare function get_stdout(): u32;

// @ts-ignore: decorator
@external("wasi:cli/stderr@0.2.0", "get-stderr")
export declare function get_stderr(): u32;

// @ts-ignore: decorator
@external("wasi:cli/environment@0.2.0", "get-environment")
export declare function get_environment(result: usize): void;
