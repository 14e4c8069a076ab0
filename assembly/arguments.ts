// Reading the arguments: pairs `--name value` (docs/abi.md). The host has checked them already; what
// is checked again here protects other embedders. Each mode extends this with what it knows.

import { DEFAULT_POLLER, isPoller } from "./poller/choose";
import { isWithin, parseWhole } from "./units";

/** Each listener is a kind of slot, of which there are 256, and connections are one. */
const MAX_LISTENERS: i32 = 255;

/** What every mode knows. */
export abstract class Arguments {
  poller: string = DEFAULT_POLLER;
  isEdgeTriggered: bool = false;

  /** Reads what stands behind the mode; the text of the first fault, or "". */
  read(args: string[]): string {
    for (let i = 2; i < args.length; i += 2) {
      if (i + 1 == args.length) return args[i] + " needs a value";
      const fault = this.set(args[i], args[i + 1]);
      if (fault != "") return fault;
    }
    if (this.isEdgeTriggered && this.poller != "epoll") return "--trigger edge needs --poller epoll";
    return this.check();
  }

  /** Takes one pair; the text of a fault, or "". */
  protected set(name: string, value: string): string {
    if (name == "--poller" && isPoller(value)) this.poller = value;
    else if (name == "--trigger" && (value == "level" || value == "edge")) {
      this.isEdgeTriggered = value == "edge";
    } else return name + ": " + value + " is not allowed";
    return "";
  }

  /** What no single pair tells; the text of a fault, or "". */
  protected abstract check(): string;
}

/** What every server knows. */
export class ServerArguments extends Arguments {
  listen: string[] = [];
  backlog: i32 = 511;
  maxConnections: i32 = 10240;
  maxBuffers: i32 = 2048;

  protected set(name: string, value: string): string {
    const number = parseWhole(value);
    if (name == "--listen") this.listen.push(value);
    else if (name == "--backlog" && isWithin(number, 1, 65535)) this.backlog = <i32>number;
    else if (name == "--max-connections" && isWithin(number, 1, 1000000)) {
      this.maxConnections = <i32>number;
    } else if (name == "--max-buffers" && isWithin(number, 1, 16384)) {
      this.maxBuffers = <i32>number;
    } else return super.set(name, value);
    return "";
  }

  protected check(): string {
    if (this.listen.length == 0) return "--listen is required";
    return this.listen.length > MAX_LISTENERS ? "--listen: no more than 255 addresses" : "";
  }
}
