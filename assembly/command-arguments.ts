// The arguments of the command: its own, and those of the web server, which it passes on.

export const HELP = `Serves the directory that the host grants, by HTTP.

  --port N          to listen on, 7788 without it; 0 is any free one
  --host ADDRESS    to listen on, IPv4 or IPv6, 127.0.0.1 without it
  --help            this text

and limits of the server, as pairs --NAME VALUE: docs/abi.md lists them.
The host must grant a directory and the network:

  wasmtime run -S inherit-network --dir ./html::/ epollux.wasm
`;

/**
 * Unless something else is said. Wasmtime gives a component 100,000 handles as a rule, of which an open
 * connection takes up to six, and one that is closing five.
 */
const MAX_CONNECTIONS = "8192";

export class CommandArguments {
  isHelpWanted: bool = false;
  private host: string = "127.0.0.1";
  private port: string = "7788";
  private rest: string[] = [];

  /** Reads what stands behind the name of the program; the text of the first fault, or "". */
  read(args: string[]): string {
    for (let i = 1; i < args.length; i += 2) {
      const name = args[i];
      if (name == "--help") {
        this.isHelpWanted = true;
        return "";
      }
      if (!name.startsWith("--")) return name + ": what is served is what the host grants (--help)";
      if (i + 1 == args.length) return name + " needs a value";
      const value = args[i + 1];
      if (name == "--listen") return "--listen: it is --host and --port here";
      if (name == "--host") this.host = withoutBrackets(value);
      else if (name == "--port") this.port = value;
      else this.rest = this.rest.concat([name, value]);
    }
    return "";
  }

  /** Where to listen, without the port. */
  get hostText(): string {
    return this.host.includes(":") ? "[" + this.host + "]" : this.host;
  }

  /** Where to listen. */
  get address(): string {
    return this.hostText + ":" + this.port;
  }

  /** What the web server is told (docs/abi.md). */
  get ofServer(): string[] {
    const own = ["epollux", "serve", "--listen", this.address, "--max-connections", MAX_CONNECTIONS];
    return own.concat(this.rest);
  }
}

/** `[::1]` is how a URL has it. */
function withoutBrackets(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}
