// wasi:http 0.2.0, as the Canonical ABI passes it: `self`, and what is returned alone, is a handle; a
// string or list is a pointer and a length; `result` is where the host writes what does not fit in one
// number.

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[method]incoming-request.method")
export declare function incoming_request_method(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[method]incoming-request.path-with-query")
export declare function incoming_request_path_with_query(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[method]incoming-request.authority")
export declare function incoming_request_authority(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[method]incoming-request.headers")
export declare function incoming_request_headers(self: u32): u32;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[resource-drop]incoming-request")
export declare function incoming_request_drop(self: u32): void;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[method]fields.entries")
export declare function fields_entries(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[static]fields.from-list")
export declare function fields_from_list(entries: usize, count: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[resource-drop]fields")
export declare function fields_drop(self: u32): void;

/** Takes the fields over. */
// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[constructor]outgoing-response")
export declare function outgoing_response(fields: u32): u32;

/** 1 for a number that is no status code. */
// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[method]outgoing-response.set-status-code")
export declare function outgoing_response_set_status_code(self: u32, status: u32): u32;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[method]outgoing-response.body")
export declare function outgoing_response_body(self: u32, result: usize): void;

/** Takes both over; `isError` is 0 for a response, and what follows it is of an error. */
// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[static]response-outparam.set")
export declare function response_outparam_set(
  param: u32,
  isError: u32,
  response: u32,
  error1: u32,
  error2: u64,
  error3: u32,
  error4: u32,
  error5: u32,
  error6: u32,
): void;

// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[method]outgoing-body.write")
export declare function outgoing_body_write(self: u32, result: usize): void;

/** Takes the body over. */
// @ts-ignore: decorator
@external("wasi:http/types@0.2.0", "[static]outgoing-body.finish")
export declare function outgoing_body_finish(
  body: u32,
  hasTrailers: u32,
  trailers: u32,
  result: usize,
): void;
