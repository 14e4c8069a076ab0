"""Runs the request cases of the repository, as test/hosts has written them.

    python3 cases.py component|raw CASES.json
"""

import importlib
import json
import sys
from pathlib import Path


def main():
    parser = importlib.import_module(sys.argv[1]).Parser()
    cases = json.loads(Path(sys.argv[2]).read_text())
    failed = 0
    for case in cases:
        log = parser.describe(bytes.fromhex(case["input"]), case["limits"])
        if log != case["log"]:
            failed += 1
            print(f"{case['name']}\nexpected:\n{case['log']}was:\n{log}", file=sys.stderr)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
