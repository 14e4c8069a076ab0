// Entry of handler.wasm (wit/handler.wit): answers requests that an engine has received, and the
// engine sends the answers. Its functions get the names they have there after compilation, in
// scripts/component-names.js.

import { align, Arena } from "./bytes/arena";
import { HandlerSettings } from "./handler-settings";
import { ContentSender } from "./handler/content";
import { listFields, MAX_LINES } from "./handler/fields";
import { writeRequestHead } from "./handler/head";
import { Method } from "./http/method";
import { parse } from "./http/parse";
import { statusOf } from "./http/parse-error";
import { Reply } from "./http/reply";
import { Request, REQUEST_SIZE } from "./http/request";
import { Clock } from "./platform/clock";
import { printMessage } from "./platform/message";
import { reserveDescriptors } from "./platform/wasi/descriptors";
import { environment } from "./platform/wasi/environment";
import { FieldRecord, IncomingRequest } from "./platform/wasi/incoming";
import { OutgoingResponse } from "./platform/wasi/outgoing";
import { findRoot } from "./platform/wasi/roots";
import { Cache } from "./static/cache";
import { configureOpen } from "./static/open";
import { Site } from "./static/site";
import "./platform/wasi/abort";

export { cabi_realloc } from "./platform/wasi/canonical";

/** For what an engine has read of a head: hyper takes 400 KiB, Node 16. */
const INCOMING_SIZE: u32 = 524288;
/** What a file goes through on its way. */
const BUFFER_SIZE: u32 = 262144;
/** Descriptors besides those that the cache keeps: what is being opened, and its siblings. */
const MORE_FILES: i32 = 4;

class Responder {
  private request: Request;
  private input: usize;
  private reply: Reply = new Reply();
  private response: OutgoingResponse = new OutgoingResponse();

  /** `record` has room for a request record and the longest head, `fields` for MAX_LINES fields. */
  constructor(
    private settings: HandlerSettings,
    private clock: Clock,
    private site: Site,
    private incoming: IncomingRequest,
    private sender: ContentSender,
    record: usize,
    private fields: usize,
  ) {
    this.request = changetype<Request>(record);
    this.input = record + REQUEST_SIZE;
  }

  /** Takes all memory and wires the rooms together. */
  static build(settings: HandlerSettings): Responder {
    const scratchSize = Site.scratchSize(settings.maxTarget);
    // One byte more than a head may have, so that the parser sees that there is more.
    const inputSize = <u32>align(REQUEST_SIZE + settings.maxHead + 1);
    const fieldsSize = <u32>align(MAX_LINES * offsetof<FieldRecord>());
    const arena = new Arena(
      Cache.arenaSize(settings.cacheSize) +
        (scratchSize + inputSize + fieldsSize + INCOMING_SIZE + BUFFER_SIZE),
    );
    reserveDescriptors(settings.maxOpenFiles + MORE_FILES);
    configureOpen(settings.index, settings.dotfiles);
    const clock = new Clock();
    const cache = new Cache(arena, settings.cacheSize, settings.maxOpenFiles);
    return new Responder(
      settings,
      clock,
      new Site(cache, clock, arena.take(scratchSize)),
      new IncomingRequest(arena.take(INCOMING_SIZE), INCOMING_SIZE),
      new ContentSender(arena.take(BUFFER_SIZE), BUFFER_SIZE, settings.writeTimeoutMs),
      arena.take(inputSize),
      arena.take(fieldsSize),
    );
  }

  /** Answers a request with what the site says, or in any case with 500 when that cannot serve. */
  respond(request: u32, outparam: u32): void {
    this.clock.read();
    this.incoming.read(request);
    const result = this.parse();
    const reply = this.reply;
    reply.clear();
    if (isFaulty) this.site.refuse(500, reply);
    else if (result > 0) this.site.handle(this.request, this.input, reply);
    else this.site.refuse(result < 0 ? statusOf(-result) : 400, reply);
    this.send(outparam);
  }

  /** What the parser says of the request, and 0 if it cannot be written as a head. */
  private parse(): i32 {
    const settings = this.settings;
    const request = this.request;
    request.clear();
    request.maxFields = <u16>settings.maxFields;
    request.maxTarget = <u16>settings.maxTarget;
    request.maxHead = <u16>settings.maxHead;
    const length = writeRequestHead(this.incoming, this.input, settings.maxHead + 1);
    return length > 0 ? parse(request, this.input, length) : 0;
  }

  private send(outparam: u32): void {
    const reply = this.reply;
    const response = this.response;
    const count = listFields(reply.fields, reply.fieldsLength, this.fields);
    response.begin(outparam, reply.status, this.fields, count);
    const hasContent = this.request.method != Method.Head && reply.length > 0;
    if (hasContent) this.sender.send(reply, response);
    response.end();
  }
}

let responder = changetype<Responder>(0);
/** Are the settings wrong, or is there no directory? */
let isFaulty: bool = false;

/** Reads the settings and looks for the document root: what is wrong with them is said once. */
function setUp(): Responder {
  const settings = new HandlerSettings();
  let fault = settings.read(environment());
  if (fault == "" && findRoot() < 0) {
    fault = "no directory to serve: mount one, for instance by --dir ./html::/";
  }
  isFaulty = fault != "";
  if (isFaulty) printMessage("error: " + fault + "\n");
  return Responder.build(settings);
}

/** The first call sets up. Before, no host is asked: the start function runs when this is built. */
export function handle(request: u32, outparam: u32): void {
  if (changetype<usize>(responder) == 0) responder = setUp();
  responder.respond(request, outparam);
}
