"""The web server server.wasm in a Python process; its event loop runs inside the sandbox.

SIGTERM or Ctrl-C finishes what is in flight, for at most the grace period; a second one ends at
once.
"""

import argparse
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
COUNTERS = struct.Struct("<5d")  # requests, connections, bytes, open, busy, and more
WASI = "wasi_snapshot_preview1"


def main():
    own = command_line()
    try:
        address, listener = open_listener(own.host, own.port, own.defer_accept == "on")
        root = os.open(own.directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        logs = [open_log(own.log_file)] if own.log_file else []
        os.close(open_beneath(root, b"."))  # the kernel has openat2, and we may read
    except (OSError, OverflowError) as error:
        sys.exit(f"error: {error}")
    eventfd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
    imports = Imports({address: listener}, root, eventfd, logs)
    try:
        guest = Guest(["serve", "--listen", address, *own.pairs], imports)
        guest.start()
        signals = signals_of(eventfd)
        print(f"epollux in Python serving {own.directory} at http://{address}/", flush=True)
        while not signals:
            guest.call("turn", -1)
        drain(guest, eventfd, own.grace_period)
    except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
        sys.exit(f"error: the guest has failed: {error}")


def command_line():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=7788, help="0 takes any free one")
    parser.add_argument("--grace-period", type=int, default=10000, help="milliseconds")
    parser.add_argument("--defer-accept", choices=("on", "off"), default="on")
    parser.add_argument("--log-file", help="where the access log goes")
    parser.add_argument("directory")
    parser.add_argument("pairs", nargs=argparse.REMAINDER, metavar="--NAME VALUE",
                        help="go to the guest as they are: docs/abi.md lists them all")
    return parser.parse_args()


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
    *_, busy = guest.counters()
    guest.call("drain")
    os.eventfd_write(eventfd, 1)
    print(f"stopping: {busy:.0f} request{'' if busy == 1 else 's'} in flight", flush=True)
    deadline = time.monotonic() + grace / 1000
    while guest.call("turn", grace) == 0:
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

    def counters(self):
        return COUNTERS.unpack_from(self.imports.memory, self.call("counters"))


main()
