// The modes of the command: its optional first word, and what each of them is.

/** `epollux --help` is that of the first, which is also the default. */
export const MODES = {
  serve: {
    usage: "[serve] [DIR]",
    does: "serves the files of a directory",
    about: "Serves the files of a directory; event loop and HTTP run inside WebAssembly.",
    examples: [
      ["", "./html or . at http://127.0.0.1:7788/"],
      ["public --port 8080", "another directory, another port"],
      ["dist --host -w auto", "on every interface, a worker per CPU"],
    ],
    program: "server",
    positional: "root",
  },
  echo: {
    usage: "echo",
    does: "sends back what it receives",
    about: "Sends back to each client, byte for byte, what it receives from it.",
    examples: [
      ["echo", "at 127.0.0.1:7788"],
      ["echo --poller select", "with select(2) instead of epoll"],
    ],
    program: "tcp",
  },
  print: {
    usage: "print",
    does: "prints what it receives, and who comes and goes",
    about: `\
Prints a line for each client that comes, for what it sends, and when it goes.
What is no text is printed as an escape: \\n, \\r, \\t, \\\\, \\xNN.`,
    examples: [
      ["print", "at 127.0.0.1:7788"],
      ["print --stop-on-stdin", "until a line is typed"],
    ],
    program: "tcp",
  },
  load: {
    usage: "load HOST:PORT",
    does: "opens connections to a server and sends on each",
    about: `\
Opens connections to a server, sends a random number on each at every interval,
and reports round trips if the server echoes. At a terminal it asks for the
address and the number of connections if they are not given. Exits with 0 if all
connections came up and stayed up, and what came back was what had been sent.`,
    examples: [
      ["load 127.0.0.1:7788", "until Ctrl-C"],
      ["load [::1]:7788 --duration 30s", "for half a minute"],
    ],
    program: "tcp",
    positional: "connect",
  },
} as const satisfies Record<string, ModeFacts>;

interface ModeFacts {
  /** What follows the program's name. */
  usage: string;
  /** In a list of the modes. */
  does: string;
  /** In its own help. */
  about: string;
  /** Arguments, and what they mean. */
  examples: readonly (readonly [args: string, meaning: string])[];
  /** Its module, see program.ts. */
  program: ProgramName;
  /** The option that its positional argument is another way to give. */
  positional?: "root" | "connect";
}

export type Mode = keyof typeof MODES;

/** The modules that there are, by the names of their files. */
export type ProgramName = "server" | "tcp";

/** In the order of the help. */
export const MODE_LIST = Object.entries(MODES) as [Mode, ModeFacts][];

/** What is known of a mode. */
export function factsOf(mode: Mode): ModeFacts {
  return MODES[mode];
}
