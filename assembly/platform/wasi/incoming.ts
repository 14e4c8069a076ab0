// A request as an engine hands it over, by wasi:http.

import {
  fields_drop,
  fields_entries,
  incoming_request_authority,
  incoming_request_drop,
  incoming_request_headers,
  incoming_request_method,
  incoming_request_path_with_query,
} from "./bindings/http";
import { expectLists, result } from "./canonical";

/** The case of a method that is none of those with a case of their own, and has a name instead. */
const OTHER: u8 = 9;

/**
 * A field as the host passes it, and takes it.
 * ```
 * 0      4            8       12            16
 * ├ name ┼ nameLength ┼ value ┼ valueLength ┤
 * ```
 */
@unmanaged
export class FieldRecord {
  name: usize;
  nameLength: u32;
  value: usize;
  valueLength: u32;
}

export class IncomingRequest {
  /** Its number among the methods that wasi:http knows, from 0 on; −1 for others. */
  method: i32 = -1;
  /** Then: its name. */
  methodName: usize = 0;
  methodLength: u32 = 0;
  /** The path and the query; 0 when the engine tells none. */
  target: usize = 0;
  targetLength: u32 = 0;
  /** 0 when the engine tells none. */
  authority: usize = 0;
  authorityLength: u32 = 0;
  /** Field records. */
  fields: usize = 0;
  fieldCount: u32 = 0;

  /** The host writes texts and fields into the `size` bytes at `place`. */
  constructor(
    private place: usize,
    private size: usize,
  ) {}

  /** Reads the request and gives it back: its content is of no use to anybody. */
  read(handle: u32): void {
    // One place for the lists of all calls: they lie one behind the other.
    expectLists(this.place, this.size);
    incoming_request_method(handle, result);
    const method = load<u8>(result);
    this.method = method < OTHER ? method : -1;
    this.methodName = load<usize>(result, 4);
    this.methodLength = load<u32>(result, 8);

    incoming_request_path_with_query(handle, result);
    this.target = load<u8>(result) != 0 ? load<usize>(result, 4) : 0;
    this.targetLength = load<u32>(result, 8);

    incoming_request_authority(handle, result);
    this.authority = load<u8>(result) != 0 ? load<usize>(result, 4) : 0;
    this.authorityLength = load<u32>(result, 8);

    const fields = incoming_request_headers(handle);
    fields_entries(fields, result);
    this.fields = load<usize>(result);
    this.fieldCount = load<u32>(result, 4);
    fields_drop(fields);
    incoming_request_drop(handle);
  }
}
