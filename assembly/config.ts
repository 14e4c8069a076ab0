// The configuration of the web server: what follows `serve` among the arguments (docs/abi.md).

import { ServerArguments } from "./arguments";
import { Limits } from "./connection/limits";
import { isFormat } from "./log/template";
import { isWithin, parseWhole } from "./units";

export class Config extends ServerArguments {
  cacheSize: i32 = 33554432;
  /** 0 is no limit. */
  maxConnectionsPerClient: u32 = 0;
  maxOpenFiles: i32 = 256;
  index: string = "index.html";
  dotfiles: bool = false;
  /** Of the access log; "" is none. */
  logFormat: string = "";
  logBuffer: i32 = 262144;
  metrics: bool = false;
  limits: Limits = new Limits();

  read(args: string[]): string {
    if (args.length < 2 || args[1] != "serve") return "the first argument must be serve";
    return super.read(args);
  }

  protected set(name: string, value: string): string {
    const limits = this.limits;
    if (name == "--index") this.index = value;
    else if (name == "--keep-alive") limits.keepAlive = value == "on";
    else if (name == "--dotfiles") this.dotfiles = value == "on";
    else if (name == "--log-format" && isFormat(value)) this.logFormat = value;
    else if (name == "--metrics") this.metrics = value == "on";
    else return this.setNumber(name, value);
    return "";
  }

  protected check(): string {
    if (this.limits.maxTarget > this.limits.maxHead) this.limits.maxTarget = this.limits.maxHead;
    return super.check();
  }

  private setNumber(name: string, value: string): string {
    const limits = this.limits;
    const number = parseWhole(value);
    if (name == "--max-open-files" && isWithin(number, 1, 65536)) {
      this.maxOpenFiles = <i32>number;
    } else if (name == "--max-connections-per-client" && isWithin(number, 0, 1000000)) {
      this.maxConnectionsPerClient = <u32>number;
    } else if (name == "--cache-size" && isWithin(number, 1048576, 536870912)) {
      this.cacheSize = <i32>number;
    } else if (name == "--max-requests" && isWithin(number, 0, 1000000000)) {
      limits.maxRequests = <u32>number;
    } else if (name == "--log-buffer" && isWithin(number, 16384, 16777216)) {
      this.logBuffer = <i32>number;
    } else if (name == "--header-timeout" && isWithin(number, 100, 86400000)) {
      limits.headerTimeoutMs = <u32>number;
    } else if (name == "--idle-timeout" && isWithin(number, 100, 86400000)) {
      limits.idleTimeoutMs = <u32>number;
    } else if (name == "--write-timeout" && isWithin(number, 100, 86400000)) {
      limits.writeTimeoutMs = <u32>number;
    } else if (name == "--min-rate" && isWithin(number, 0, 1073741824)) {
      limits.minRate = number;
    } else if (name == "--max-target" && isWithin(number, 256, 32768)) {
      limits.maxTarget = <u32>number;
    } else if (name == "--max-head" && isWithin(number, 1024, 65535)) {
      limits.maxHead = <u32>number;
    } else if (name == "--max-fields" && isWithin(number, 1, 256)) {
      limits.maxFields = <u32>number;
    } else if (name == "--max-content" && isWithin(number, 0, 9007199254740991)) {
      limits.maxContent = number;
    } else {
      return super.set(name, value);
    }
    return "";
  }
}
