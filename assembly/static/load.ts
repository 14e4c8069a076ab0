// Takes a file into the cache: its facts, its head, and its content when it is small.

import { CRLF } from "../bytes/ascii";
import { writeBytes } from "../bytes/text";
import { ContentCoding } from "../http/coding";
import { writeStart } from "../http/head";
import { Clock } from "../platform/clock";
import { close, fstat, pread } from "../platform/imports";
import { StatRecord } from "../platform/layout";
import { Cache } from "./cache";
import { MAX_FIELDS_LENGTH, writeFields } from "./fields";
import { opened, openedEnd, openedPath } from "./open";
import { Resource } from "./resource";

/**
 * Files up to this size are kept in memory if there is room; others stay open and go by sendfile.
 */
export const MAX_CACHED_CONTENT: f64 = 65536;

/** Why the last `loadResource` gave null: −503 for want of room, −500 for a file that is unreadable. */
export let loadFailure: i32 = 0;

const enum ReadOutcome {
  Whole,
  /** The file is being changed, so that what was read may be a mix. */
  Unsteady,
  Failed,
}

const fields = memory.data(512);
const again = changetype<StatRecord>(memory.data(48));

/**
 * Makes a resource for `path` in `coding` of the open file `fd`, whose facts are in `opened`;
 * `codings` tells which siblings it has. Takes `fd` over: it is closed, or belongs to the resource.
 * Null when that fails: see `loadFailure`.
 */
export function loadResource(
  cache: Cache,
  path: usize,
  pathLength: u32,
  coding: ContentCoding,
  codings: u8,
  fd: i32,
  clock: Clock,
): Resource | null {
  loadFailure = -503;
  const resource = cache.reserve(path, pathLength, coding);
  if (!resource) return giveUp(fd);
  resource.codings = codings;
  resource.setOrigin(opened);
  resource.lastModified = min<i64>(<i64>opened.mtime, clock.seconds);
  const fieldsEnd = writeFields(fields, resource, opened, openedPath, openedEnd);
  if (fieldsEnd - fields > MAX_FIELDS_LENGTH) unreachable();

  let outcome = ReadOutcome.Unsteady;
  if (allocateWithContent(cache, resource, path)) {
    writeHead(resource);
    outcome = readContent(fd, resource, <u32>opened.size);
  } else if (cache.allocate(resource, path, resource.headLength)) {
    writeHead(resource);
  } else {
    return giveUp(fd);
  }
  if (outcome == ReadOutcome.Failed) {
    loadFailure = -500;
    cache.cancel(resource);
    return giveUp(fd);
  }
  // A file that is being changed, or finds no room, goes like a large one: by sendfile, as it is.
  if (outcome == ReadOutcome.Whole) close(fd);
  else resource.fd = fd;
  if (cache.insert(resource, clock.tick)) return resource;
  return giveUp(fd);
}

/**
 * A block for head and content; false when the content is not small, or lent blocks leave no room.
 */
function allocateWithContent(cache: Cache, resource: Resource, path: usize): bool {
  if (opened.size > MAX_CACHED_CONTENT) return false;
  return cache.allocate(resource, path, resource.headLength + <u32>opened.size);
}

/** Puts the head into the block. */
function writeHead(resource: Resource): void {
  writeStart(resource.head, 200);
  store<u16>(writeBytes(resource.fields, fields, resource.fieldsLength), CRLF);
}

/** Reads the content into the block. */
function readContent(fd: i32, resource: Resource, length: u32): ReadOutcome {
  let done: u32 = 0;
  while (done < length) {
    const result = pread(fd, resource.content + done, length - done, done);
    if (result < 0) return ReadOutcome.Failed;
    if (result == 0) return ReadOutcome.Unsteady;
    done += result;
  }
  if (fstat(fd, changetype<usize>(again)) < 0) return ReadOutcome.Failed;
  return resource.isOf(again) ? ReadOutcome.Whole : ReadOutcome.Unsteady;
}

function giveUp(fd: i32): Resource | null {
  close(fd);
  return null;
}
