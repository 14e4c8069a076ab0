// JSON (RFC 8259) that knows where everything stands: JSON.parse tells no line, and of two members
// with the same name it drops the first without a word.

/** What is wrong, and where. */
export class JsonError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** A value and its place in the text. */
export interface Json {
  value: null | boolean | number | string | readonly Json[] | ReadonlyMap<string, Member>;
  start: number;
  end: number;
}

/** A member of an object. */
export interface Member {
  key: Json;
  content: Json;
}

/** Deeper than anything sensible, and far from the end of the stack. */
const MAX_DEPTH = 64;
const LONGEST_EXCERPT = 40;

const BLANKS = /[ \t\n\r]*/y;
/** Punctuation, a string, or a number or name; what is in the last two is JSON.parse's to judge. */
const TOKEN = /[{}[\],:]|"[^"\\\n\r]*(?:\\.[^"\\\n\r]*)*"|[-+.\w]+/y;

/** Parses a whole text. Throws `JsonError`. */
export function parseJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  if (reader.token !== "") throw reader.expected("the end");
  return value;
}

/** The line and the column of an offset, `3:11`, as editors count them. */
export function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return `${lines.length}:${[...(lines.at(-1) ?? "")].length + 1}`;
}

class Reader {
  readonly #text: string;
  /** The present token, empty at the end, and where it stands. */
  token = "";
  #start = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
    this.#advance();
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new JsonError(this.#start, `nested deeper than ${MAX_DEPTH}`);
    const start = this.#start;
    const value = this.token === "{" ? this.#members(depth)
      : this.token === "[" ? this.#elements(depth)
      : this.#scalar();
    const end = this.#end;
    this.#advance();
    return { value, start, end };
  }

  expected(what: string): JsonError {
    return new JsonError(this.#start, `${what} expected, not ${nameOf(this.token)}`);
  }

  /** Leaves the closing brace to be passed. */
  #members(depth: number): ReadonlyMap<string, Member> {
    const members = new Map<string, Member>();
    this.#list("}", () => {
      if (!this.token.startsWith('"')) throw this.expected("a key in quotes");
      const key = this.value(depth);
      const name = key.value as string;
      const first = members.get(name);
      if (first) {
        const line = placeOf(this.#text, first.key.start).split(":")[0];
        throw new JsonError(key.start, `${JSON.stringify(name)} stands already in line ${line}`);
      }
      if (this.token !== ":") throw this.expected("':'");
      this.#advance();
      members.set(name, { key, content: this.value(depth + 1) });
    });
    return members;
  }

  #elements(depth: number): readonly Json[] {
    const elements: Json[] = [];
    this.#list("]", () => elements.push(this.value(depth + 1)));
    return elements;
  }

  /** Items between commas, up to the closing token. */
  #list(close: string, readItem: () => void): void {
    this.#advance();
    if (this.token === close) return;
    for (;;) {
      readItem();
      if (this.token === close) return;
      if (this.token !== ",") throw this.expected(`',' or '${close}'`);
      this.#advance();
    }
  }

  #scalar(): null | boolean | number | string {
    try {
      return JSON.parse(this.token) as null | boolean | number | string;
    } catch {
      if (!this.token.startsWith('"')) throw this.expected("a value");
      throw new JsonError(this.#start, "a control character or an unknown escape in a string");
    }
  }

  #advance(): void {
    BLANKS.lastIndex = this.#end;
    BLANKS.exec(this.#text);
    this.#start = TOKEN.lastIndex = BLANKS.lastIndex;
    this.token = TOKEN.exec(this.#text)?.[0] ?? "";
    this.#end = this.#start + this.token.length;
    if (this.token !== "" || this.#start === this.#text.length) return;
    throw new JsonError(this.#start, strangeness(this.#text.slice(this.#start)));
  }
}

/** A token for a message: strings, which may hold anything, not as they are. */
function nameOf(token: string): string {
  if (token === "") return "the end";
  return token.startsWith('"') ? "a string" : token.slice(0, LONGEST_EXCERPT);
}

/** What is wrong with a text that begins with no token. */
function strangeness(rest: string): string {
  const [character = ""] = rest;
  if (character === '"') return "a string without an end in its line";
  const hint = /^(\/\/|\/\*)/.test(rest) ? ", for JSON has no comments" : "";
  return `${JSON.stringify(character)} has no meaning here${hint}`;
}
