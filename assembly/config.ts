// The configuration: pairs `--name value` among the arguments (docs/abi.md). The host has checked
// them already; what is checked again here protects other embedders.

import { Limits } from "./connection/limits";

export class Config {
  listen: string[] = [];
  backlog: i32 = 511;
  maxConnections: i32 = 10240;
  maxBuffers: i32 = 2048;
  cacheSize: i32 = 33554432;
  maxOpenFiles: i32 = 256;
  index: string = "index.html";
  dotfiles: bool = false;
  limits: Limits = new Limits();

  /** Reads the arguments; the text of the first fault, or "". */
  read(args: string[]): string {
    if (args.length < 2 || args[1] != "serve") return "the first argument must be serve";
    for (let i = 2; i < args.length; i += 2) {
      if (i + 1 == args.length) return args[i] + " needs a value";
      const fault = this.set(args[i], args[i + 1]);
      if (fault != "") return fault;
    }
    if (this.listen.length == 0) return "--listen is required";
    if (this.limits.maxTarget > this.limits.maxHead) this.limits.maxTarget = this.limits.maxHead;
    return "";
  }

  private set(name: string, value: string): string {
    const limits = this.limits;
    if (name == "--listen") this.listen.push(value);
    else if (name == "--index") this.index = value;
    else if (name == "--keep-alive") limits.keepAlive = value == "on";
    else if (name == "--dotfiles") this.dotfiles = value == "on";
    else return this.setNumber(name, value);
    return "";
  }

  private setNumber(name: string, value: string): string {
    const limits = this.limits;
    const number = parseWhole(value);
    if (name == "--backlog" && isWithin(number, 1, 65535)) this.backlog = <i32>number;
    else if (name == "--max-connections" && isWithin(number, 1, 1000000)) {
      this.maxConnections = <i32>number;
    } else if (name == "--max-buffers" && isWithin(number, 1, 16384)) {
      this.maxBuffers = <i32>number;
    } else if (name == "--max-open-files" && isWithin(number, 1, 65536)) {
      this.maxOpenFiles = <i32>number;
    } else if (name == "--cache-size" && isWithin(number, 1048576, 536870912)) {
      this.cacheSize = <i32>number;
    } else if (name == "--header-timeout" && isWithin(number, 100, 86400000)) {
      limits.headerTimeoutMs = <u32>number;
    } else if (name == "--idle-timeout" && isWithin(number, 100, 86400000)) {
      limits.idleTimeoutMs = <u32>number;
    } else if (name == "--write-timeout" && isWithin(number, 100, 86400000)) {
      limits.writeTimeoutMs = <u32>number;
    } else if (name == "--max-target" && isWithin(number, 256, 32768)) {
      limits.maxTarget = <u32>number;
    } else if (name == "--max-head" && isWithin(number, 1024, 65535)) {
      limits.maxHead = <u32>number;
    } else if (name == "--max-fields" && isWithin(number, 1, 256)) {
      limits.maxFields = <u32>number;
    } else if (name == "--max-content" && isWithin(number, 0, 9007199254740991)) {
      limits.maxContent = number;
    } else {
      return name + ": " + value + " is not allowed";
    }
    return "";
  }
}

function isWithin(number: f64, low: f64, high: f64): bool {
  return number >= low && number <= high;
}

/** Digits only, as a number; −1 for anything else. */
function parseWhole(text: string): f64 {
  if (text.length == 0 || text.length > 16) return -1;
  let number: f64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + <f64>digit;
  }
  return number;
}
