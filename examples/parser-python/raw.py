"""The parser as a plain module, under Wasmtime: docs/parser.md in Python.

    python3 raw.py < request        # what it finds, in the notation of test/cases/request
"""

import struct
import sys
from pathlib import Path

from wasmtime import Engine, Instance, Module, Store

from log import describe

FILE = Path(__file__).parents[2] / "build/parser.wasm"

# docs/abi.md, "Exports of parser.wasm".
METHODS = [None, "get", "head", "post", "put", "delete", "connect", "options", "trace", "patch"]
FORMS = [None, "origin", "absolute", "authority", "asterisk"]
KNOWN = (
    "host connection content-length transfer-encoding expect if-match if-none-match "
    "if-modified-since if-unmodified-since range if-range accept-encoding user-agent referer"
).split()
ERRORS = (
    "bad-method bad-target bad-version unsupported-version bad-line-end bad-field-name "
    "bad-field-value obsolete-fold target-too-long head-too-large too-many-fields missing-host "
    "repeated-host bad-host bad-content-length length-conflict bad-transfer-encoding "
    "unsupported-coding"
).split()
RECORD = struct.Struct("<I4B12Id2I4H16s")
FIELD = struct.Struct("<4H")
KEEP_ALIVE, CHUNKED, CONTENT_LENGTH, CONTINUE, OTHER = 1, 2, 4, 8, 16
LIMITS = ("maxFields", "maxTarget", "maxHead")
PAGE = 65536


def choose(flags, names):
    """The name of the flag that is set, if one is."""
    return next((name for flag, name in names.items() if flags & flag), None)


class Parser:
    def __init__(self, path=FILE):
        engine = Engine()
        self.store = Store(engine)
        instance = Instance(self.store, Module.from_file(engine, str(path)), [])
        exports = instance.exports(self.store)
        self.memory = exports["memory"]
        self.reset = exports["reset"]
        self.function = exports["parse"]
        self.request = exports["HEAP_BASE"].value(self.store)
        self.size = exports["REQUEST_SIZE"].value(self.store)

    def parse(self, data, limits=None):
        """Bytes of the head, 0 when there must be more, or −ParseError."""
        store, request = self.store, self.request
        start = request + self.size
        missing = start + len(data) - self.memory.data_len(store)
        if missing > 0:
            self.memory.grow(store, -(-missing // PAGE))
        self.memory.write(store, data, start)
        self.reset(store, request, *((limits or {}).get(name, 0) for name in LIMITS))
        return self.function(store, request, start, len(data))

    def describe(self, data, limits=None):
        result = self.parse(data, limits)
        if result == 0:
            return describe(data, None)
        memory = bytes(self.memory.read(self.store, self.request, self.request + self.size))
        position, _, known_method, form, minor, *rest = RECORD.unpack_from(memory)
        if result < 0:
            return describe(data, {"code": ERRORS[-result - 1], "position": position})
        numbers, (length, known, repeated, *_, lines) = rest[:12], rest[12:]
        spans = [(at, at + size) for at, size in zip(numbers[0:10:2], numbers[1:10:2])]
        method, target, path, query, authority = spans
        count, flags = numbers[10:]
        return describe(data, {
            "method": method,
            "known-method": METHODS[known_method],
            "target": target,
            "form": FORMS[form],
            "path": path if form in (1, 2) else None,
            "query": query if query[0] else None,
            "authority": authority if authority[0] else None,
            "version-minor": minor,
            "fields": [
                ((name, name + size), (value, value + value_size))
                for name, size, value, value_size in FIELD.iter_unpack(
                    memory[RECORD.size : RECORD.size + count * FIELD.size]
                )
            ],
            "known": [
                (name, lines[bit], bool(repeated >> bit & 1))
                for bit, name in enumerate(KNOWN)
                if known >> bit & 1
            ],
            "framing": choose(flags, {CHUNKED: "chunked", CONTENT_LENGTH: "length"}) or "none",
            "content-length": int(length),
            "keep-alive": bool(flags & KEEP_ALIVE),
            "expectation": choose(flags, {CONTINUE: "continue", OTHER: "other"}),
            "length": result,
        })


if __name__ == "__main__":
    print(Parser().describe(sys.stdin.buffer.read()), end="")
