import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Guest, openDescriptors, outcome, PAGE } from "../helpers/proxy.js";

const AT = 1000;
const FILE_TYPE = 0o170000;

/** A root with everything in it that could lead out of it. */
function makeTree() {
  const folder = mkdtempSync(join(tmpdir(), "epollux-"));
  const root = join(folder, "www");
  mkdirSync(join(root, "dir"), { recursive: true });
  mkdirSync(join(folder, "www-secret"));
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "www-secret", "file.txt"), "secret");
  writeFileSync(join(root, "file.txt"), "hello, world");
  writeFileSync(join(root, "dir", "inner.txt"), "inner");
  execFileSync("mkfifo", [join(root, "fifo")]);
  const links = {
    "link-inside": "file.txt",
    "link-dir": "dir",
    "dir/link-up": "../file.txt",
    "link-out": "../secret.txt",
    "link-sibling": "../www-secret",
    "link-absolute": join(root, "file.txt"),
    "link-proc": "/proc/self/root",
    "link-loop": "link-loop",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
  return { folder, root };
}

/** A path of exactly `length` bytes that names file.txt. */
const padded = (length) => `${"/".repeat(length % 2)}file.txt`.padStart(length, "./");

// What happens to a path: with openat2(2) / in the walk where the kernel lacks it.
const PATHS = [
  ["a file", "file.txt", "opens", "opens"],
  ["a file in a directory", "dir/inner.txt", "opens", "opens"],
  ["empty and dot components", "./dir//./inner.txt", "opens", "opens"],
  ["the root itself", ".", "opens", "opens"],
  ["a directory with a slash", "dir/", "opens", "opens"],
  ["a FIFO without a writer", "fifo", "opens", "opens"],
  ["a missing file", "missing", "ENOENT", "ENOENT"],
  ["a file in a missing directory", "missing/file.txt", "ENOENT", "ENOENT"],
  ["a file with a slash", "file.txt/", "ENOTDIR", "ENOTDIR"],
  ["a file as a directory", "file.txt/x", "ENOTDIR", "ENOTDIR"],
  ["a name that begins with dots", "..file.txt", "ENOENT", "ENOENT"],

  ["the parent of the root", "..", "EXDEV", "EXDEV"],
  ["the parent of the root with a slash", "../", "EXDEV", "EXDEV"],
  ["a file beside the root", "../secret.txt", "EXDEV", "EXDEV"],
  ["a directory that begins with the root's name", "../www-secret/file.txt", "EXDEV", "EXDEV"],
  ["a way out through a directory", "dir/../../secret.txt", "EXDEV", "EXDEV"],
  ["a way out and in again", "../www/file.txt", "EXDEV", "EXDEV"],
  ["a parent inside the root", "dir/../file.txt", "opens", "EXDEV"],

  ["a link inside", "link-inside", "opens", "ELOOP"],
  ["a link to a directory", "link-dir/inner.txt", "opens", "ENOTDIR"],
  ["a link with a parent in it", "dir/link-up", "opens", "ELOOP"],
  ["a link out", "link-out", "EXDEV", "ELOOP"],
  ["a link to a sibling", "link-sibling/file.txt", "EXDEV", "ENOTDIR"],
  ["an absolute link", "link-absolute", "EXDEV", "ELOOP"],
  ["a link to /proc/self/root", "link-proc", "EXDEV", "ELOOP"],
  ["a link through /proc/self/root", "link-proc/etc/passwd", "EXDEV", "ENOTDIR"],
  ["a link to itself", "link-loop", "ELOOP", "ELOOP"],

  ["an empty path", "", "EINVAL", "EINVAL"],
  ["an absolute path", "/etc/passwd", "EINVAL", "EINVAL"],
  ["the root of the system", "/", "EINVAL", "EINVAL"],
  ["a NUL at the end", "file.txt\0", "EINVAL", "EINVAL"],
  ["a NUL at the start", "\0file.txt", "EINVAL", "EINVAL"],
  ["a NUL before a way out", "file.txt\0/../..", "EINVAL", "EINVAL"],
  ["4095 bytes", padded(4095), "opens", "opens"],
  ["4096 bytes", padded(4096), "ENAMETOOLONG", "ENAMETOOLONG"],
  ["a component of 256 bytes", "x".repeat(256), "ENAMETOOLONG", "ENAMETOOLONG"],
];

// Beneath /proc/self, whose links lead anywhere without naming a path.
const MAGIC_PATHS = [
  ["a magic link to a directory", "cwd", "ELOOP", "ELOOP"],
  ["a magic link to a file", "exe", "ELOOP", "ELOOP"],
  ["a magic link on the way", "root/etc/passwd", "ELOOP", "ENOTDIR"],
  ["no link", "status", "opens", "opens"],
];

function defineSuite(title, openat2) {
  const file = suite(title);
  const column = openat2 ? 0 : 1;

  file.before((context) => Object.assign(context, makeTree()));
  file.after(({ folder }) => rmSync(folder, { recursive: true }));
  file.before.each((context) => {
    context.guest = new Guest({ roots: [context.root, "/proc/self"], openat2 });
  });
  file.after.each(({ guest }) => guest.end());

  const stat = (guest, fd) => {
    assert.is(guest.calls.fstat(fd, AT), 0);
    const record = Buffer.from(guest.bytes().subarray(AT, AT + 48));
    guest.bytes().fill("?", AT, AT + 48);
    return record;
  };

  for (const [name, path, ...results] of PATHS) {
    const result = results[column];
    file(`${name}: ${result}`, ({ guest }) => {
      assert.is(outcome(guest.open(path), "opens"), result);
      assert.is(guest.instance.descriptors(), result === "opens" ? 1 : 0);
    });
  }

  for (const [name, path, ...results] of MAGIC_PATHS) {
    file(`${name}: ${results[column]}`, ({ guest }) => {
      const length = guest.put(AT, path);
      const result = guest.calls.openat2(1, AT, length);
      assert.is(outcome(result, "opens"), results[column]);
    });
  }

  file("leaves no descriptor open on the way", ({ guest }) => {
    const before = openDescriptors();
    for (const path of ["missing/x", "dir/missing", "dir/../missing", "./././dir/link-up/x"]) {
      guest.open(path);
    }
    assert.is(openDescriptors(), before);
    assert.ok(guest.open("dir/././inner.txt") > 2);
    assert.is(openDescriptors(), before + 1);
  });

  file("takes bytes that are not UTF-8 for a name", ({ guest, root }) => {
    const name = Buffer.from([0x66, 0xff, 0xfe]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), "bytes");
    assert.ok(guest.open(name) > 2);
  });

  file("opens for reading only, non-blocking and close-on-exec", ({ guest }) => {
    const fd = guest.open("file.txt");
    const info = readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
    const bits = parseInt(/^flags:\s+(\d+)$/m.exec(info)[1], 8);
    assert.is(bits & 0o3, 0);
    assert.is(bits & 0o4000, 0o4000);
    assert.is(bits & 0o2000000, 0o2000000);
  });

  file("refuses roots that were not granted", ({ guest }) => {
    const length = guest.put(AT, "file.txt");
    for (const root of [2, -1, 2 ** 31 - 1, -(2 ** 31), ...guest.roots]) {
      assert.is(outcome(guest.calls.openat2(root, AT, length)), "EBADF", `${root}`);
    }
  });

  file("tells the kind of a file by its mode", ({ guest, root }) => {
    for (const path of ["file.txt", "dir", "fifo"]) {
      const mode = stat(guest, guest.open(path)).readUInt32LE(36);
      assert.is(mode & FILE_TYPE, lstatSync(join(root, path)).mode & FILE_TYPE, path);
    }
  });

  return file;
}

const openat2 = defineSuite("file, openat2", true);

openat2("writes a stat record byte by byte", ({ guest, root }) => {
  const path = join(root, "file.txt");
  utimesSync(path, 1_700_000_000, 1_700_000_000.25);
  const facts = statSync(path, { bigint: true });
  const record = Buffer.alloc(48);
  record.writeBigUInt64LE(facts.dev, 0);
  record.writeBigUInt64LE(facts.ino, 8);
  record.writeDoubleLE(12, 16);
  record.writeDoubleLE(1_700_000_000, 24);
  record.writeUInt32LE(250_000_000, 32);
  record.writeUInt32LE(Number(facts.mode), 36);
  record.writeBigUInt64LE(facts.ctimeNs, 40);
  assert.is(guest.calls.fstat(guest.open("file.txt"), AT + 1), 0);
  assert.is(guest.bytes().toString("hex", AT + 1, AT + 49), record.toString("hex"));
  assert.ok(guest.isUntouched(AT + 1, AT + 49));
});

openat2("tells sizes and reads offsets beyond 2³²", ({ guest, root }) => {
  const path = join(root, "sparse");
  writeFileSync(path, "");
  truncateSync(path, 2 ** 32 + 10);
  const fd = guest.open("sparse");
  assert.is(guest.calls.fstat(fd, AT), 0);
  assert.is(guest.bytes().readDoubleLE(AT + 16), 2 ** 32 + 10);
  assert.is(guest.calls.pread(fd, 0, 100, 2 ** 32 + 4), 6);
  assert.is(guest.text(0, 6), "\0".repeat(6));
});

openat2("reads at an offset, and 0 at the end", ({ guest }) => {
  const fd = guest.open("file.txt");
  assert.is(guest.calls.pread(fd, AT, 5, 7), 5);
  assert.is(guest.text(AT, 5), "world");
  assert.ok(guest.isUntouched(AT, AT + 5));
  assert.is(guest.calls.pread(fd, AT, 100, 10), 2);
  assert.is(guest.calls.pread(fd, AT, 100, 12), 0);
  assert.is(guest.calls.pread(fd, AT, 100, 2 ** 53), 0);
  assert.is(guest.calls.pread(fd, PAGE - 5, 5, -0), 5);
});

openat2("refuses an offset that is no whole number from 0 to 2⁵³", ({ guest }) => {
  const fd = guest.open("file.txt");
  for (const offset of [-1, 0.5, NaN, Infinity, -Infinity, 2 ** 53 + 2, 2 ** 63]) {
    assert.is(outcome(guest.calls.pread(fd, AT, 1, offset)), "EINVAL", `${offset}`);
  }
});

openat2("does not wait for what is no regular file", ({ guest }) => {
  assert.is(outcome(guest.calls.pread(guest.open("fifo"), AT, 1, 0)), "ESPIPE");
  assert.is(outcome(guest.calls.pread(guest.open("dir"), AT, 1, 0)), "EISDIR");
});

openat2.run();
defineSuite("file, walk", false).run();
