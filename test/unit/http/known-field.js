// The known fields (assembly/http/known-field.ts): each is found by its name in any letter case,
// and by nothing that resembles it.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BUILDS, KNOWN, Parser } from "../../helpers/parser.js";

const parsers = Object.values(BUILDS).map((path) => new Parser(path));

/** The numbers of the known fields that both builds find in a head with these names. */
function found(names) {
  const lines = names.map((name) => `${name}:\r\n`).join("");
  const input = Buffer.from(`GET / HTTP/1.0\r\n${lines}\r\n`, "latin1");
  const [outcome, other] = parsers.map((parser) => {
    parser.run(input);
    return new DataView(parser.wasm.memory.buffer, parser.request).getUint32(64, true);
  });
  assert.is(other, outcome, names.join());
  return KNOWN.map((_, bit) => bit).filter((bit) => outcome & (1 << bit));
}

const known = suite("known fields");

known("are found whatever the case of their letters", () => {
  for (const [field, name] of KNOWN.entries()) {
    const mixed = name.replace(/./g, (letter, i) => (i % 2 ? letter.toUpperCase() : letter));
    for (const form of [name, name.toLowerCase(), name.toUpperCase(), mixed]) {
      assert.equal(found([form]), [field], form);
    }
  }
});

known("are not found by a name with another byte, one more or one less", () => {
  const tchars = "!#$%&'*+-.^_`|~09azAZ";
  for (const name of KNOWN) {
    const { length } = name;
    for (let place = 0; place < length; place++) {
      assert.equal(found([name.slice(0, place) + name.slice(place + 1)]), [], name);
      for (const byte of tchars) {
        if (byte.toLowerCase() === name[place].toLowerCase()) continue;
        assert.equal(found([name.slice(0, place) + byte + name.slice(place + 1)]), [], name);
        assert.equal(found([name.slice(0, place) + byte + name.slice(place)]), [], name);
      }
    }
    for (let part = 1; part < length; part++) {
      assert.equal(found([name.slice(0, part)]).filter((bit) => KNOWN[bit] === name), []);
    }
  }
});

known("are repeated when the same name comes again in another case, and only then", () => {
  for (const name of KNOWN) {
    const input = (second) => Buffer.from(`GET / HTTP/1.0\r\n${name}:\r\n${second}:\r\n\r\n`);
    for (const parser of parsers) {
      const repeated = (second) => {
        parser.run(input(second));
        const record = new DataView(parser.wasm.memory.buffer, parser.request);
        return record.getUint32(68, true);
      };
      assert.is(repeated(name.toUpperCase()), 1 << KNOWN.indexOf(name));
      assert.is(repeated(`${name}x`), 0);
    }
  }
});

known.run();
