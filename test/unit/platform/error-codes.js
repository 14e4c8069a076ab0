// Error codes of WASI become numbers of Linux: the order of both enums is that of wit/wasi.wit.

import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("error-codes", `
  export {
    errnoOfAccepting, errnoOfFilesystem, errnoOfNetwork, errnoOfOpening,
  } from "../../assembly/platform/wasi/error-codes";`);

const wit = readFileSync(new URL("../../../wit/wasi.wit", import.meta.url), "utf8");

/** The cases of the enum error-code of a package. */
function codesOf(name) {
  const text = wit.slice(wit.indexOf(`package wasi:${name}@`));
  return /enum error-code \{([^}]*)\}/.exec(text)[1].match(/[a-z-]+/g);
}

const FILESYSTEM = {
  access: "EACCES", "would-block": "EAGAIN", already: "EALREADY", "bad-descriptor": "EBADF",
  busy: "EBUSY", deadlock: "EDEADLK", quota: "EDQUOT", exist: "EEXIST", "file-too-large": "EFBIG",
  "illegal-byte-sequence": "EILSEQ", "in-progress": "EINPROGRESS", interrupted: "EINTR",
  invalid: "EINVAL", io: "EIO", "is-directory": "EISDIR", loop: "ELOOP", "too-many-links": "EMLINK",
  "message-size": "EMSGSIZE", "name-too-long": "ENAMETOOLONG", "no-device": "ENODEV",
  "no-entry": "ENOENT", "no-lock": "ENOLCK", "insufficient-memory": "ENOMEM",
  "insufficient-space": "ENOSPC", "not-directory": "ENOTDIR", "not-empty": "ENOTEMPTY",
  "not-recoverable": 131, unsupported: "ENOTSUP", "no-tty": "ENOTTY", "no-such-device": "ENXIO",
  overflow: "EOVERFLOW", "not-permitted": "EXDEV", pipe: "EPIPE", "read-only": "EROFS",
  "invalid-seek": "ESPIPE", "text-file-busy": "ETXTBSY", "cross-device": "EXDEV",
};

const NETWORK = {
  unknown: "EIO", "access-denied": "EACCES", "not-supported": "ENOTSUP",
  "invalid-argument": "EINVAL", "out-of-memory": "ENOMEM", timeout: "ETIMEDOUT",
  "concurrency-conflict": "EALREADY", "not-in-progress": "EINVAL", "would-block": "EAGAIN",
  "invalid-state": "ENOTCONN", "new-socket-limit": "EMFILE", "address-not-bindable": "EADDRNOTAVAIL",
  "address-in-use": "EADDRINUSE", "remote-unreachable": "EHOSTUNREACH",
  "connection-refused": "ECONNREFUSED", "connection-reset": "ECONNRESET",
  "connection-aborted": "ECONNABORTED", "datagram-too-large": "EMSGSIZE", "name-unresolvable": "EIO",
  "temporary-resolver-failure": "EIO", "permanent-resolver-failure": "EIO",
};

/** What each code of a package becomes, beside what it should. */
function compare(name, table, errnoOf) {
  const codes = codesOf(name);
  assert.equal(codes, Object.keys(table));
  for (const [i, code] of codes.entries()) {
    assert.is(errnoOf(i), constants.errno[table[code]] ?? table[code], code);
  }
}

const codes = suite("error codes");

codes("of wasi:filesystem are numbers of their own", () => {
  compare("filesystem", FILESYSTEM, guest.errnoOfFilesystem);
});

codes("of wasi:sockets are numbers of their own", () => {
  compare("sockets", NETWORK, guest.errnoOfNetwork);
});

codes("that say nothing, of what takes a descriptor, mean that there is none", () => {
  const { EMFILE } = constants.errno;
  compare("filesystem", { ...FILESYSTEM, io: "EMFILE" }, guest.errnoOfOpening);
  assert.is(guest.errnoOfAccepting(codesOf("sockets").indexOf("unknown")), EMFILE);
});

codes.run();
