"""The parser as a component, under Wasmtime: typed values in and out, no pointers.

    python3 component.py < request        # what it finds, in the notation of test/cases/request
"""

import sys
from pathlib import Path

from wasmtime import Engine, Store
from wasmtime.component import Component, Linker, Record

from log import describe

FILE = Path(__file__).parents[2] / "build/parser.component.wasm"
INTERFACE = "epollux:parser/request@0.1.0"
LIMITS = {"maxFields": "max-fields", "maxTarget": "max-target", "maxHead": "max-head"}


class Parser:
    def __init__(self, path=FILE):
        engine = Engine()
        self.store = Store(engine)
        instance = Linker(engine).instantiate(self.store, Component.from_file(engine, str(path)))
        interface = instance.get_export_index(self.store, INTERFACE)
        function = instance.get_export_index(self.store, "parse", interface)
        self.function = instance.get_func(self.store, function)

    def parse(self, data, limits=None):
        """A variant: `complete` with a head, `incomplete`, or `malformed` with a fault."""
        outcome = self.function(self.store, data, self.limits(limits) if limits else None)
        self.function.post_return(self.store)
        return outcome

    @staticmethod
    def limits(given):
        record = Record()
        for name, attribute in LIMITS.items():
            setattr(record, attribute, given.get(name))
        return record

    def describe(self, data, limits=None):
        outcome = self.parse(data, limits)
        if outcome.tag != "complete":
            return describe(data, outcome.payload and vars(outcome.payload))
        head = vars(outcome.payload)

        def span(part):
            return part and (part.start, part.end)

        return describe(data, {
            **head,
            **{name: span(head[name]) for name in ("method", "target", "path", "query", "authority")},
            "fields": [(span(field.name), span(field.value)) for field in head["fields"]],
            "known": [(known.name, known.first, known.repeated) for known in head["known"]],
            "framing": head["framing"].tag,
            "content-length": head["framing"].payload,
        })


if __name__ == "__main__":
    print(Parser().describe(sys.stdin.buffer.read()), end="")
