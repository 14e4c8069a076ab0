// Giving up root: from `--user` to a process that is somebody else, for good.

import { accessSync, constants } from "node:fs";

import { describeErrno, StartError } from "./errors.js";
import type { Generation } from "./generation.js";
import type { Sockets } from "./listen.js";
import { factsOf } from "./modes.js";
import { fileOf } from "./program.js";
import { addonFile, type Shim } from "./shim.js";
import { WORKER_FILE } from "./thread.js";

/** Which the types of Node do not know. */
const { initgroups } = process as unknown as { initgroups(uid: number, gid: number): void };

/** The one above it is nobody's: chown(2). */
const MOST_ID = 2 ** 32 - 2;

/** A user that there is, or a number with a group. */
export interface User {
  uid: number;
  gid: number;
  /** As the user wrote it. */
  name: string;
  /** In the user database, which knows more groups. */
  isKnown: boolean;
}

/** Finds the user that `--user` names. Throws `StartError`. */
export function findUser(shim: Shim, text: string): User {
  const [user = "", group] = text.split(":");
  if (process.getuid?.() !== 0) {
    throw new StartError(`--user: only root can become ${user}`);
  }
  const found = shim.findUser(user);
  const isNumber = /^\d+$/.test(user) && Number(user) <= MOST_ID;
  if (typeof found === "number" && !(isNumber && group !== undefined)) {
    const hint = isNumber ? `, write ${user}:GROUP` : "";
    throw new StartError(`--user: there is no user ${user}${hint}`);
  }
  const [uid, primary] = typeof found === "number" ? [Number(user), -1] : found;
  const gid = group === undefined ? primary : shim.findGroup(group);
  if (gid < 0) throw new StartError(`--user: there is no group ${group}`);
  return { uid, gid, name: user, isKnown: typeof found !== "number" };
}

/**
 * Makes all threads of the process the user's, and its sockets and a log that is new too. The
 * generation has been opened and not been started. Throws `StartError` if that user cannot go on
 * with it.
 */
export function becomeUser(
  shim: Shim, { uid, gid, name, isKnown }: User, sockets: Sockets, generation: Generation,
): void {
  const { log } = generation;
  sockets.give(uid, gid);
  log?.give(uid, gid);
  if (isKnown) initgroups(uid, gid);
  else process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (uid !== 0 && canBecomeRoot()) throw new Error("root was given up and can be regained");
  checkAs(shim, name, generation);
  warnOfConfig(name, generation);
}

/**
 * Throws `StartError` if the process, now that it is the user's, cannot read the root or what its
 * workers are started from, or write the log.
 */
function checkAs(shim: Shim, user: string, { office, facts, log }: Generation): void {
  for (const root of office.roots) {
    const errno = shim.checkRoot(root);
    if (errno === 0) continue;
    const reason = describeErrno(errno);
    throw new StartError(`cannot serve ${facts.root?.path} as user ${user}: ${reason}`);
  }
  for (const file of [WORKER_FILE, addonFile(), fileOf(factsOf(facts.mode).program)]) {
    const refusal = whyUnreadable(file);
    if (refusal) throw new StartError(`cannot read ${file} as user ${user}: ${refusal}`);
  }
  log?.checkAs(user);
}

/** What root has read serves, but a reload would be refused. */
function warnOfConfig(user: string, { settings, facts }: Generation): void {
  const { config, quiet } = settings;
  const refusal = config === undefined ? undefined : whyUnreadable(config);
  if (!refusal || quiet || facts.mode !== "serve") return;
  console.error(`warning: no reload can read ${config} as user ${user}: ${refusal}`);
}

/** `undefined` if the process can read the file. */
function whyUnreadable(file: string): string | undefined {
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return describeErrno((error as NodeJS.ErrnoException).errno ?? 0);
  }
}

function canBecomeRoot(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    return false;
  }
}
