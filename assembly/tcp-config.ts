// The configuration of the TCP tools: what follows `echo`, `print` or `load` among the arguments
// (docs/abi.md). echo and print know what every server knows.

import { Arguments } from "./arguments";
import { isWithin, parseWhole } from "./units";

export class LoadConfig extends Arguments {
  connect: string = "";
  connections: i32 = 0;
  intervalMs: i32 = 0;

  protected set(name: string, value: string): string {
    const number = parseWhole(value);
    if (name == "--connect") this.connect = value;
    else if (name == "--connections" && isWithin(number, 1, 1000000)) {
      this.connections = <i32>number;
    } else if (name == "--interval" && isWithin(number, 1, 86400000)) {
      this.intervalMs = <i32>number;
    } else return super.set(name, value);
    return "";
  }

  protected check(): string {
    if (this.connect == "") return "--connect is required";
    if (this.connections == 0) return "--connections is required";
    return this.intervalMs == 0 ? "--interval is required" : "";
  }
}
