// Files beneath the document root, by wasi:filesystem: the host lets no path lead out of it, whatever
// `..` or a symbolic link says.

import { BACKSLASH } from "../../bytes/ascii";
import { isUtf8 } from "../../bytes/utf8";
import { EBADF, ENOENT, ENXIO } from "../errno";
import { StatRecord } from "../layout";
import {
  descriptor_drop,
  descriptor_metadata_hash,
  descriptor_open_at,
  descriptor_read,
  descriptor_stat,
  descriptor_stat_at,
} from "./bindings/filesystem";
import { expectLists, isError, result } from "./canonical";
import { close, Descriptor, descriptorAt, takeDescriptor } from "./descriptors";
import { errnoOfFilesystem, errnoOfOpening } from "./error-codes";
import { root } from "./roots";

const SYMLINK_FOLLOW: u32 = 1;
const FLAG_READ: u32 = 1;

const enum DescriptorType {
  Directory = 3,
  RegularFile = 6,
}

const S_IFDIR: u32 = 0o040000;
const S_IFREG: u32 = 0o100000;

/** There are no inode numbers in WASI: a hash that is another one for each file takes their place. */
@unmanaged
class File extends Descriptor {
  identity: u64;
}

/**
 * A descriptor-stat behind the eight bytes that tell it from an error; times are options.
 * ```
 * 8      16          24     32              56         64        72            80         88        96
 * ├ type ┼ linkCount ┼ size ┼ (access time) ┼ hasMtime ┼ seconds ┼ nanoseconds ┼ hasCtime ┼ seconds ┼ nanoseconds ┤
 * ```
 */
@unmanaged
class Stat {
  outcome: u64;
  type: u64;
  linkCount: u64;
  size: u64;
  hasAccessTime: u64;
  accessSeconds: u64;
  accessNanoseconds: u64;
  hasMtime: bool;
  mtime: u64;
  mtimeNs: u32;
  padding: u32;
  hasCtime: bool;
  ctime: u64;
  ctimeNs: u32;
}

/** −errno of what the last call answered in the first place behind the outcome. */
function failure(offset: usize): i32 {
  return -errnoOfFilesystem(load<u8>(result + offset));
}

/**
 * openat2(2), `root` being 0. Regular files and directories only: for others WASI
 * knows no way to open that would not wait, for the writer of a FIFO.
 */
export function openat2(rootNumber: i32, path: usize, length: i32): i32 {
  if (rootNumber != 0 || root == 0) return -EBADF;
  if (!isPath(path, path + length)) return -ENOENT;
  descriptor_stat_at(root, SYMLINK_FOLLOW, path, length, result);
  if (isError()) return -errnoOfOpening(load<u8>(result, 8));
  const type = load<u8>(result, 8);
  if (type != DescriptorType.RegularFile && type != DescriptorType.Directory) return -ENXIO;
  descriptor_open_at(root, SYMLINK_FOLLOW, path, length, 0, FLAG_READ, result);
  if (isError()) return -errnoOfOpening(load<u8>(result, 4));
  const handle = load<u32>(result, 4);
  const fd = takeDescriptor(handle, endFile);
  if (fd < 0) {
    descriptor_drop(handle);
    return fd;
  }
  return identify(fd);
}

/**
 * A path is a string here, and a string that is not UTF-8 would end the instance. A backslash parts
 * names in some hosts (on Windows, in jco anywhere): then `.git\config` would not be a hidden file.
 */
function isPath(at: usize, end: usize): bool {
  if (!isUtf8(at, end)) return false;
  while (at < end && load<u8>(at) != BACKSLASH) at++;
  return at == end;
}

/** Notes what tells the file from all others, which stays the same. */
function identify(fd: i32): i32 {
  const file = changetype<File>(descriptorAt(fd));
  descriptor_metadata_hash(file.handle, result);
  if (isError()) {
    const errno = failure(8);
    close(fd);
    return errno;
  }
  file.identity = load<u64>(result, 8);
  return fd;
}

function endFile(file: Descriptor): i32 {
  descriptor_drop(file.handle);
  return 0;
}

export function fstat(fd: i32, record: usize): i32 {
  const file = changetype<File>(descriptorAt(fd));
  descriptor_stat(file.handle, result);
  if (isError()) return failure(8);
  const from = changetype<Stat>(result);
  const to = changetype<StatRecord>(record);
  to.dev = 0;
  to.ino = file.identity;
  to.size = <f64>from.size;
  to.mtime = from.hasMtime ? <f64>from.mtime : 0;
  to.mtimeNs = from.hasMtime ? from.mtimeNs : 0;
  to.ctimeNs = from.hasCtime ? from.ctime * 1000000000 + from.ctimeNs : 0;
  to.mode = modeOf(<u8>from.type);
  return 0;
}

function modeOf(type: u8): u32 {
  if (type == DescriptorType.Directory) return S_IFDIR;
  return type == DescriptorType.RegularFile ? S_IFREG : 0;
}

export function pread(fd: i32, buffer: usize, length: i32, offset: f64): i32 {
  expectLists(buffer, length);
  descriptor_read(descriptorAt(fd).handle, length, <u64>offset, result);
  return isError() ? failure(4) : load<i32>(result, 8);
}

