// The handler for a document root. A request goes, in this order, through
//
// 1. expectation and method: 417, 405, 501, OPTIONS
// 2. request target: its form, its path
// 3. the selected representation: content coding, cache, file (select.ts)
// 4. preconditions: 412, 304 (precondition.ts)
// 5. range: 206, 416 (range.ts)
// 6. the whole representation: 200

import { align } from "../bytes/arena";
import { CRLF, SLASH } from "../bytes/ascii";
import { writeBytes, writeText } from "../bytes/text";
import { KnownField } from "../http/known-field";
import { Method } from "../http/method";
import { pageOf } from "../http/page";
import { CONDITIONAL, ifRangeHolds, precondition } from "../http/precondition";
import { firstPos, lastPos, rangeCount, RangeOutcome, selectRanges } from "../http/range";
import { Content, Handler, MAX_REPLY_FIELDS, Reply } from "../http/reply";
import { Request, RequestFlag } from "../http/request";
import { Validators } from "../http/validators";
import { Clock } from "../platform/clock";
import { Cache } from "./cache";
import { writeContentLength, writeContentRange } from "./fields";
import { newBoundary, setParts, writeMultipartType } from "./multipart";
import { IS_DIRECTORY } from "./open";
import { Resource } from "./resource";
import { Selector } from "./select";

const ROOT_PATH = memory.data(8);
const ALLOW = memory.data(40);
const LOCATION = memory.data(16);
const RETRY_AFTER = memory.data(24);
const NO_CACHE = memory.data(32);

writeText(ROOT_PATH, "/");
const allowLength = writeText(ALLOW, "Allow: GET, HEAD, OPTIONS\r\n") - ALLOW;
const locationLength = writeText(LOCATION, "Location: ") - LOCATION;
const retryAfterLength = writeText(RETRY_AFTER, "Retry-After: 1\r\n") - RETRY_AFTER;
const noCacheLength = writeText(NO_CACHE, "Cache-Control: no-cache\r\n") - NO_CACHE;

const SPECIAL: u32 = CONDITIONAL | (1 << KnownField.Range);

export class Site extends Handler {
  private selector: Selector;
  private validators: Validators = new Validators();

  /** Bytes of scratch: for the longest fields of a reply, which may repeat the target. */
  static scratchSize(maxTarget: u32): u32 {
    return <u32>align(maxTarget + MAX_REPLY_FIELDS);
  }

  /** `scratch` has `scratchSize` bytes. */
  constructor(
    private cache: Cache,
    private clock: Clock,
    private scratch: usize,
  ) {
    super();
    this.selector = new Selector(cache, clock);
  }

  handle(request: Request, input: usize, reply: Reply): void {
    if (request.hasFlag(RequestFlag.ExpectOther)) return this.refuse(417, reply);
    if (!request.isSafeRead()) return this.handleOtherMethod(request, reply);
    if (!request.hasPath()) return this.refuse(400, reply);

    const isEmpty = request.pathLength == 0;
    const path = isEmpty ? ROOT_PATH : input + request.pathStart;
    const length = isEmpty ? 1 : request.pathLength;
    const resource = this.selector.select(request, input, path, length);
    if (!resource) {
      const failure = this.selector.failure;
      if (failure == IS_DIRECTORY) return this.redirectToSlash(request, input, reply);
      return this.refuse(-failure, reply);
    }
    if (request.known & SPECIAL) return this.handleSpecial(request, input, resource, reply);
    this.sendWhole(resource, reply);
  }

  refuse(status: i32, reply: Reply): void {
    let at = this.scratch;
    if (status == 405) at = writeBytes(at, ALLOW, allowLength);
    if (status == 503) at = writeBytes(at, RETRY_AFTER, retryAfterLength);
    this.sendPage(status, at, reply);
  }

  retain(lease: usize): void {
    this.cache.retain(changetype<Resource>(lease));
  }

  release(lease: usize): void {
    this.cache.release(changetype<Resource>(lease));
  }

  private handleOtherMethod(request: Request, reply: Reply): void {
    if (request.method == Method.Unknown) return this.refuse(501, reply);
    if (request.method != Method.Options) return this.refuse(405, reply);
    reply.status = 204;
    reply.fields = ALLOW;
    reply.fieldsLength = <u32>allowLength;
  }

  private handleSpecial(request: Request, input: usize, resource: Resource, reply: Reply): void {
    const validators = this.validators;
    resource.describe(validators);
    validators.now = this.clock.seconds;
    if (request.known & CONDITIONAL) {
      const status = precondition(request, input, validators);
      if (status == 304) return this.sendNotModified(resource, reply);
      if (status != 0) return this.refuse(status, reply);
    }
    if (request.method == Method.Get && ifRangeHolds(request, input, validators)) {
      const outcome = selectRanges(request, input, resource.size);
      if (outcome == RangeOutcome.Unsatisfiable) return this.sendUnsatisfiable(resource, reply);
      if (outcome == RangeOutcome.Partial) {
        if (rangeCount() == 1) return this.sendRange(resource, firstPos(0), lastPos(0), reply);
        // Clients would decode the multipart content as a whole: those of a coded one get all of it.
        if (resource.coding == 0) return this.sendRanges(resource, reply);
      }
    }
    this.sendWhole(resource, reply);
  }

  private sendWhole(resource: Resource, reply: Reply): void {
    reply.status = 200;
    reply.fields = resource.fields;
    reply.fieldsLength = resource.fieldsLength;
    reply.ready = resource.head;
    reply.readyLength = resource.headLength;
    this.setContent(resource, 0, resource.size, reply);
  }

  private sendRange(resource: Resource, first: f64, last: f64, reply: Reply): void {
    const length = last - first + 1;
    let at = writeBytes(this.scratch, resource.fields, resource.lengthStart);
    at = writeContentLength(at, length);
    at = writeContentRange(at, first, last, resource.size);
    at = this.writeValidators(at, resource);
    reply.status = 206;
    this.setFields(at, reply);
    this.setContent(resource, first, length, reply);
  }

  private sendRanges(resource: Resource, reply: Reply): void {
    newBoundary(this.clock.seconds);
    this.setContent(resource, 0, 0, reply);
    setParts(reply, resource);
    let at = writeMultipartType(this.scratch);
    at = writeContentLength(at, reply.length);
    at = this.writeValidators(at, resource);
    reply.status = 206;
    this.setFields(at, reply);
  }

  private sendNotModified(resource: Resource, reply: Reply): void {
    reply.status = 304;
    reply.fields = resource.fields + resource.validatorsStart;
    reply.fieldsLength = resource.fieldsLength - resource.validatorsStart;
  }

  private sendUnsatisfiable(resource: Resource, reply: Reply): void {
    const at = writeContentRange(this.scratch, -1, 0, resource.size);
    this.sendPage(416, at, reply);
  }

  private writeValidators(at: usize, resource: Resource): usize {
    const start = resource.validatorsStart;
    return writeBytes(at, resource.fields + start, resource.fieldsLength - start);
  }

  private setContent(resource: Resource, first: f64, length: f64, reply: Reply): void {
    reply.offset = first;
    reply.length = length;
    reply.lease = changetype<usize>(resource);
    reply.fd = resource.fd;
    reply.pointer = resource.content;
    reply.content = resource.fd >= 0 ? Content.File : Content.Memory;
  }

  /**
   * 301 to the same path with a slash, the query kept (RFC 9110 §15.4.2). The path begins with
   * exactly one slash: with two it would name another host.
   */
  private redirectToSlash(request: Request, input: usize, reply: Reply): void {
    let path = input + request.pathStart;
    const end = path + request.pathLength;
    while (path + 1 < end && load<u8>(path + 1) == SLASH) path++;
    let at = writeBytes(this.scratch, LOCATION, locationLength);
    at = writeBytes(at, path, end - path);
    store<u8>(at++, SLASH);
    if (request.queryStart != 0) {
      store<u8>(at++, 0x3f);
      at = writeBytes(at, input + request.queryStart, request.queryLength);
    }
    store<u16>(at, CRLF);
    // Browsers keep a 301 for good, and a directory may become a file.
    this.sendPage(301, writeBytes(at + 2, NO_CACHE, noCacheLength), reply);
  }

  /** The page of a status; field lines up to `at` are in the scratch already. */
  private sendPage(status: i32, at: usize, reply: Reply): void {
    const page = pageOf(status);
    reply.status = status;
    if (at == this.scratch) {
      reply.fields = page.fields;
      reply.fieldsLength = page.fieldsLength;
      reply.ready = page.head;
      reply.readyLength = <u32>(page.content - page.head);
    } else {
      this.setFields(writeBytes(at, page.fields, page.fieldsLength), reply);
    }
    reply.content = Content.Memory;
    reply.pointer = page.content;
    reply.length = page.length;
    reply.lease = 0;
  }

  private setFields(end: usize, reply: Reply): void {
    reply.fields = this.scratch;
    reply.fieldsLength = <u32>(end - this.scratch);
  }
}
