"""The web server server.wasm in a Python process; its event loop runs inside the sandbox.

    python3 host.py DIR [--port PORT] [--host ADDRESS] [--defer-accept on|off]
                        [--log-file FILE] [--grace-period MS] [--NAME VALUE]...

Other pairs go to the guest as they are, --idle-timeout 5000 say: docs/abi.md lists them all.
SIGTERM or Ctrl-C finishes what is in flight, for at most the grace period; a second one ends at
once.
"""

import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path

import wasmtime

from imports import Imports, open_beneath

MODULE = Path(__file__).resolve().parents[2] / "build" / "server.wasm"
DEFAULTS = {"--port": "7788", "--host": "127.0.0.1", "--grace-period": "10000",
            "--defer-accept": "on", "--log-file": ""}
COUNTERS = struct.Struct("<5d")  # requests, connections, bytes, open, busy, and more
WASI = "wasi_snapshot_preview1"


def main(words):
    directory, own, others = read_command_line(words)
    try:
        grace = int(own["--grace-period"])
        is_deferred = own["--defer-accept"] == "on"
        address, listener = open_listener(own["--host"], int(own["--port"]), is_deferred)
        root = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        logs = [open_log(own["--log-file"])] if own["--log-file"] else []
        os.close(open_beneath(root, b"."))  # the kernel has openat2, and we may read
    except (OSError, ValueError, OverflowError) as error:
        sys.exit(f"error: {error}")
    eventfd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
    imports = Imports({address: listener}, root, eventfd, logs)
    place = f"{os.path.abspath(directory)} at http://{address}/"
    try:
        guest = Guest(["serve", "--listen", address, *others], imports)
        guest.start()
        signals = signals_of(eventfd)
        print(f"epollux in Python serving {place}", flush=True)
        while not signals:
            guest.turn()
        drain(guest, eventfd, grace)
    except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
        sys.exit(f"error: the guest has failed: {error}")


def read_command_line(words):
    """The directory, the values of our own options, the pairs that are the guest's."""
    if not words or words[0].startswith("-"):
        print(__doc__)
        sys.exit(0 if "--help" in words else 2)
    directory, *rest = words
    if len(rest) % 2:
        sys.exit(f"error: {rest[-1]}: value missing")
    pairs = list(zip(rest[::2], rest[1::2]))
    own = DEFAULTS | {name: value for name, value in pairs if name in DEFAULTS}
    return directory, own, [word for pair in pairs if pair[0] not in DEFAULTS for word in pair]


def open_listener(host, port, is_deferred):
    """The listening socket, and the address under which it is granted."""
    family, shown = (socket.AF_INET6, f"[{host}]") if ":" in host else (socket.AF_INET, host)
    listener = socket.create_server((host, port), family=family, dualstack_ipv6=host == "::")
    listener.setblocking(False)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted ones inherit it
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, is_deferred)
    return f"{shown}:{listener.getsockname()[1]}", listener


def open_log(path):
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC
    return os.open(path, flags, 0o640)


def signals_of(eventfd):
    """A list to which SIGTERM and SIGINT are added as they come; they wake the guest, too."""
    received = []

    def receive(number, _):
        if received:
            os._exit(128 + number)
        received.append(number)
        os.eventfd_write(eventfd, 1)

    signal.signal(signal.SIGTERM, receive)
    signal.signal(signal.SIGINT, receive)
    return received


def drain(guest, eventfd, grace):
    busy = guest.counters()[4]
    guest.call("drain")
    os.eventfd_write(eventfd, 1)
    print(f"stopping: {busy:.0f} request{'' if busy == 1 else 's'} in flight", flush=True)
    deadline = time.monotonic() + grace / 1000
    while guest.turn(grace):
        grace = int(1000 * (deadline - time.monotonic()))
        if grace <= 0:
            guest.call("stop")
            break
    requests, connections, sent, *_ = guest.counters()
    print(f"stopped: {requests:.0f} requests, {sent:.0f} bytes on {connections:.0f} connections")


class Guest:
    """An instance of server.wasm."""

    def __init__(self, arguments, imports):
        engine = wasmtime.Engine()
        module = wasmtime.Module.from_file(engine, MODULE)
        linker = wasmtime.Linker(engine)
        linker.define_wasi()
        for wanted in module.imports:
            if wanted.module != WASI:
                call = imports.function(wanted.name)
                linker.define_func(wanted.module, wanted.name, wanted.type, call)
        self.imports, self.store = imports, wasmtime.Store(engine)
        wasi = wasmtime.WasiConfig()  # no environment, no directory, no standard input
        wasi.argv = ["epollux", *arguments]
        wasi.inherit_stdout()
        wasi.inherit_stderr()
        self.store.set_wasi(wasi)
        self.exports = linker.instantiate(self.store, module).exports(self.store)

    def call(self, name, *numbers):
        return self.exports[name](self.store, *numbers)

    def start(self):
        self.call("_initialize")
        if self.call("configure") != 0:
            sys.exit(2)  # it has said why
        memory = self.exports["memory"].get_buffer_ptr(self.store)  # from now on it stays there
        self.imports.memory = memoryview(memory).cast("B")
        result = self.call("start")
        if result < 0:
            sys.exit(f"error: cannot start: {os.strerror(-result)}")

    def turn(self, timeout=-1):
        """One iteration of the event loop; False when the guest has drained."""
        return self.call("turn", timeout) == 0

    def counters(self):
        return COUNTERS.unpack_from(self.imports.memory, self.call("counters"))


main(sys.argv[1:])
