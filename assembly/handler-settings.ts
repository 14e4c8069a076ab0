// The settings of the handler: EPOLLUX_… variables, with the meaning of the options of the command
// line that are called so.

import { DEFAULT_MAX_FIELDS, DEFAULT_MAX_HEAD, DEFAULT_MAX_TARGET } from "./http/request";
import { isWithin, parseDuration, parseSize, parseWhole } from "./units";

const PREFIX = "EPOLLUX_";

export class HandlerSettings {
  index: string = "index.html";
  dotfiles: bool = false;
  cacheSize: u32 = 4194304;
  maxOpenFiles: i32 = 16;
  maxTarget: u32 = DEFAULT_MAX_TARGET;
  maxHead: u32 = DEFAULT_MAX_HEAD;
  maxFields: u32 = DEFAULT_MAX_FIELDS;
  writeTimeoutMs: u32 = 120000;

  /** Takes the variables, names and values in turn; the text of the first fault, or "". */
  read(variables: string[]): string {
    for (let i = 0; i < variables.length; i += 2) {
      const name = variables[i];
      const value = variables[i + 1];
      if (!name.startsWith(PREFIX) || value == "" || isServiceLink(name, value)) continue;
      const setting = name.substring(PREFIX.length);
      if (this.set(setting, value)) continue;
      const form = formOf(setting);
      if (form == "") return name + " is not a setting of the handler";
      return name + ": '" + value + "' is not " + form;
    }
    if (this.maxTarget > this.maxHead) this.maxTarget = this.maxHead;
    return "";
  }

  /** Takes one of them; false when the value has not its form, or there is none of that name. */
  private set(name: string, value: string): bool {
    const number = parseWhole(value);
    const size = parseSize(value);
    const duration = parseDuration(value);
    if (name == "INDEX" && isIndex(value)) this.index = value;
    else if (name == "DOTFILES" && isBoolean(value)) this.dotfiles = value == "true";
    else if (name == "CACHE_SIZE" && isWithin(size, 1048576, 536870912)) {
      this.cacheSize = <u32>size;
    } else if (name == "MAX_OPEN_FILES" && isWithin(number, 1, 65536)) {
      this.maxOpenFiles = <i32>number;
    } else if (name == "MAX_TARGET" && isWithin(size, 256, 32768)) {
      this.maxTarget = <u32>size;
    } else if (name == "MAX_HEAD" && isWithin(size, 1024, 65535)) {
      this.maxHead = <u32>size;
    } else if (name == "MAX_FIELDS" && isWithin(number, 1, 256)) {
      this.maxFields = <u32>number;
    } else if (name == "WRITE_TIMEOUT" && isWithin(duration, 100, 86400000)) {
      this.writeTimeoutMs = <u32>duration;
    } else {
      return false;
    }
    return true;
  }
}

/** What the value of a setting must be, to follow "is not"; "" for what is none. */
function formOf(name: string): string {
  if (name == "INDEX") return "a list of file names such as index.html,index.htm";
  if (name == "DOTFILES") return "true or false";
  if (name == "CACHE_SIZE") return "a size from 1m to 512m (units k, m, g)";
  if (name == "MAX_OPEN_FILES") return "a number from 1 to 65536";
  if (name == "MAX_TARGET") return "a size from 256 to 32k (units k, m, g)";
  if (name == "MAX_HEAD") return "a size from 1k to 65535 (units k, m, g)";
  if (name == "MAX_FIELDS") return "a number from 1 to 256";
  if (name == "WRITE_TIMEOUT") return "a duration from 100ms to 24h (units ms, s, m, h)";
  return "";
}

function isIndex(value: string): bool {
  const names = value.split(",");
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (name == "" || name == "." || name == ".." || name.includes("/")) return false;
    // As packed for the search, and the longest that a file system has.
    if (String.UTF8.byteLength(name) > 255) return false;
  }
  return true;
}

function isBoolean(value: string): bool {
  return value == "true" || value == "false";
}

/** What Kubernetes gives every pod for a service of such a name: see host/environment.ts. */
function isServiceLink(name: string, value: string): bool {
  if (name.includes("_SERVICE_HOST") || name.includes("_SERVICE_PORT")) return true;
  return name.includes("_PORT_") || (name.endsWith("_PORT") && value.includes("://"));
}
