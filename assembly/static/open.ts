// Opens what a path asks for: a file, or the index of a directory.

import { DOT, SLASH } from "../bytes/ascii";
import { writeText } from "../bytes/text";
import { CODINGS, ContentCoding } from "../http/coding";
import { EACCES, EAGAIN, EIO, EPERM, isExhausted, isFault } from "../platform/errno";
import { close, fstat, openat2 } from "../platform/imports";
import { StatRecord } from "../platform/layout";
import { panic } from "../platform/panic";
import { suffixes } from "./coding-texts";
import { configureResolve, MAX_PATH } from "./resolve";

const ROOT: i32 = 0;

/** The facts of the file that was opened last. */
export const opened = changetype<StatRecord>(memory.data(48));

/** The path beneath the root of what was opened last, and room to append an index name. */
export const openedPath = memory.data(4608);

/** End of the path of that file: its name tells the media type. */
export let openedEnd: usize = 0;

/** `openFile`'s answer for a directory that was asked for without a slash at the end. */
export const IS_DIRECTORY: i32 = -301;

/** A copy of the facts of a file while its siblings are looked at. */
const fileFacts = changetype<StatRecord>(memory.data(48));

/** Names to try in a directory: each a u8 length and the bytes, ended by 0. */
let indexNames: usize = 0;

/** The only configuration this needs; `index` is a list of names, separated by commas. */
export function configureOpen(index: string, showDotfiles: bool): void {
  indexNames = packNames(index);
  configureResolve(showDotfiles);
}

/** The names of a list as `indexNames` is laid out. */
function packNames(list: string): usize {
  const names = list.split(",");
  const packed = heap.alloc(<usize>list.length * 3 + names.length + 1);
  let at = packed;
  for (let i = 0; i < names.length; i++) {
    const end = writeText(at + 1, names[i]);
    store<u8>(at, <u8>(end - at - 1));
    at = end;
  }
  store<u8>(at, 0);
  return packed;
}

/**
 * Opens the regular file for the canonical path of `length` bytes at `path`. Result: its
 * descriptor, or −status (403, 404, 500, 503), or IS_DIRECTORY.
 */
export function openFile(path: usize, length: u32): i32 {
  let pathLength = length - 1;
  if (pathLength > MAX_PATH) return -404;
  memory.copy(openedPath, path + 1, pathLength);
  if (pathLength == 0) store<u8>(openedPath + pathLength++, DOT);
  if (load<u8>(path + length - 1) == SLASH) return openIndex(pathLength);
  const fd = openRegular(pathLength);
  return fd == -403 && hasIndex(pathLength) ? IS_DIRECTORY : fd;
}

/** A directory may be one that can be entered, but not read: mode 0711. */
function hasIndex(directoryLength: u32): bool {
  const fd = openIndex(directoryLength);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

/** The descriptor of the regular file in `openedPath`, IS_DIRECTORY, or −status. */
function openRegular(length: u32): i32 {
  const fd = openat2(ROOT, openedPath, length);
  if (fd < 0) return -statusOfErrno(-fd);
  if (!readFacts(fd)) return -500;
  if (opened.isRegular()) {
    openedEnd = openedPath + length;
    return fd;
  }
  close(fd);
  // Devices, FIFOs and sockets are not representations of anything.
  return opened.isDirectory() ? IS_DIRECTORY : -404;
}

/** Fills `opened`; closes a descriptor that tells nothing about itself. */
function readFacts(fd: i32): bool {
  const result = fstat(fd, changetype<usize>(opened));
  if (result >= 0) return true;
  if (isFault(result)) panic("fstat", result, fd);
  close(fd);
  return false;
}

function openIndex(directoryLength: u32): i32 {
  let end = directoryLength;
  if (load<u8>(openedPath + end - 1) != SLASH) store<u8>(openedPath + end++, SLASH);
  for (let name = indexNames; load<u8>(name) != 0; name += 1 + load<u8>(name)) {
    const nameLength: u32 = load<u8>(name);
    if (end + nameLength > MAX_PATH) return -404;
    memory.copy(openedPath + end, name + 1, nameLength);
    const fd = openRegular(end + nameLength);
    if (fd >= 0) return fd;
    if (fd != -404 && fd != IS_DIRECTORY) return fd;
  }
  return -404;
}

/**
 * Opens the sibling of the file opened last that holds it in `coding`: `page.html.br` beside
 * `page.html`. Its facts are in `opened` then, and the path in `openedPath` stays that of the file.
 * −404 when there is none, or none as recent as the file: a stale copy is not the same content.
 */
export function openSibling(coding: ContentCoding, fileMtime: f64, fileMtimeNs: u32): i32 {
  const length = <u32>(suffixes.write(openedEnd, coding) - openedPath);
  if (length > MAX_PATH) return -404;
  const fd = openat2(ROOT, openedPath, length);
  if (fd < 0) return -statusOfErrno(-fd);
  if (!readFacts(fd)) return -500;
  if (opened.isRegular() && !isOlder(fileMtime, fileMtimeNs)) return fd;
  close(fd);
  return -404;
}

/**
 * Is what was opened last older, by a second or more? Less may come from a tool that rounds the time it
 * copies, or from a copy of the whole folder, in whatever order.
 */
function isOlder(mtime: f64, mtimeNs: u32): bool {
  const seconds = mtime - opened.mtime;
  return seconds > 1 || (seconds == 1 && opened.mtimeNs <= mtimeNs);
}

/** The codings, as bits, in which the file opened last has siblings. */
export function findSiblings(): u8 {
  memory.copy(changetype<usize>(fileFacts), changetype<usize>(opened), offsetof<StatRecord>());
  let found: u32 = 0;
  for (let coding: i32 = ContentCoding.Gzip; coding < CODINGS; coding++) {
    const fd = openSibling(coding, fileFacts.mtime, fileFacts.mtimeNs);
    if (fd < 0) continue;
    close(fd);
    found |= 1 << coding;
  }
  memory.copy(changetype<usize>(opened), changetype<usize>(fileFacts), offsetof<StatRecord>());
  return <u8>found;
}

/** What cannot be opened because it is not there, or not inside, is all the same to a client. */
function statusOfErrno(errno: i32): i32 {
  if (errno == EACCES || errno == EPERM) return 403;
  // EAGAIN: a lease on the file, or a rename on the way to it. It passes.
  if (isExhausted(-errno) || errno == EAGAIN) return 503;
  return errno == EIO ? 500 : 404;
}
