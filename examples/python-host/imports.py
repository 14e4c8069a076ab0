"""What server.wasm imports (docs/abi.md), over Python's own sockets, files and epoll.

A method is one system call: it takes the guest's numbers, and returns one (None is 0) or raises
OSError, which the guest sees as -errno. Checks come in this order: descriptor, values, memory.
"""

import ctypes
import os
import select
import socket
import stat
import struct
from errno import EACCES, EBADF, EFAULT, EINVAL, EMSGSIZE, ENAMETOOLONG, ENOSYS, ENOTSOCK

READY = struct.Struct("<II")  # events, token
POLL = struct.Struct("<iHH")  # fd, events, revents
VECTOR = struct.Struct("<II")  # pointer, length
SEND = struct.Struct("<iIIi")  # fd, pointer, length, result
PEER = struct.Struct("<HH16s")  # family, port, address
STAT = struct.Struct("<QQddIIQ")  # dev, ino, size, mtime, its nanoseconds, mode, ctime
SET_BYTES = 128

CTL_ADD, CTL_DEL, CTL_MOD = 1, 2, 3
MOST_READY, MOST_VECTORS, MOST_SENDS, LONGEST_PATH, MOST_OFFSET = 4096, 64, 64, 4095, 2**53

OPENAT2 = 437  # on every architecture; neither Python nor glibc has a function for it
RESOLVE_NO_MAGICLINKS, RESOLVE_BENEATH = 0x02, 0x08
libc = ctypes.CDLL(None, use_errno=True)


def check(condition, errno):
    if not condition:
        raise OSError(errno, os.strerror(errno))


def check_offset(offset):
    check(0 <= offset <= MOST_OFFSET and offset.is_integer(), EINVAL)


def unsigned(i32):
    return i32 & 0xFFFFFFFF


def open_beneath(root, path):
    """Opens a file beneath the directory `root`: the kernel sees to it that it is."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    how = struct.pack("=QQQ", flags, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS)
    fd = libc.syscall(OPENAT2, root, path, how, ctypes.c_size_t(len(how)))
    check(fd >= 0, ctypes.get_errno())
    return fd


class Imports:
    """The calls of one guest, and all that they reach: its memory, its grants, what it opened."""

    def __init__(self, listeners, root, eventfd, logs=()):
        self._listeners, self._root, self._eventfd = listeners, root, eventfd
        self._logs = logs
        self.memory = memoryview(b"")  # whoever makes it grow sets it anew
        self._own = {eventfd: eventfd}  # the socket, interest list or number of each descriptor
        self._tokens = {}  # of each interest list by descriptor: select.epoll has no room for them

    def function(self, name):
        """The import of that name, as WebAssembly calls it."""
        call = getattr(self, name, lambda *_: -ENOSYS)

        def answer(*numbers):
            try:
                return call(*numbers) or 0
            except OSError as error:
                return -error.errno

        return answer

    def _find(self, fd, kind=object, errno=EINVAL):
        check(fd in self._own, EBADF)
        check(isinstance(self._own[fd], kind), errno)
        return self._own[fd]

    def _socket(self, fd):
        return self._find(fd, socket.socket, ENOTSOCK)

    def _span(self, pointer, length):
        """The memory in [pointer, pointer + length), to be read or written in place."""
        start, end = unsigned(pointer), unsigned(pointer) + unsigned(length)
        check(end <= len(self.memory), EFAULT)
        return self.memory[start:end]

    def _add(self, fd, found):
        self._own[fd] = found
        return fd

    # epoll

    def epoll_create1(self, flags):
        check(flags == 0, EINVAL)
        interest = select.epoll()
        self._tokens[interest.fileno()] = {}
        return self._add(interest.fileno(), interest)

    def epoll_ctl(self, epfd, operation, fd, events, token):
        interest = self._find(epfd, select.epoll)
        self._find(fd)
        check(operation in (CTL_ADD, CTL_DEL, CTL_MOD), EINVAL)
        if operation == CTL_DEL:
            return interest.unregister(fd)
        change = interest.register if operation == CTL_ADD else interest.modify
        change(fd, unsigned(events))
        self._tokens[epfd][fd] = unsigned(token)

    def epoll_wait(self, epfd, ready, most, timeout):
        interest = self._find(epfd, select.epoll)
        check(1 <= most <= MOST_READY, EINVAL)
        records = self._span(ready, most * READY.size)
        found = interest.poll(None if timeout < 0 else timeout / 1000, most)
        for index, (fd, events) in enumerate(found):
            READY.pack_into(records, index * READY.size, events, self._tokens[epfd][fd])
        return len(found)

    def poll(self, fds, count, timeout):
        check(count >= 0, EINVAL)
        records = self._span(fds, count * POLL.size)
        wanted = list(POLL.iter_unpack(records))
        poller = select.poll()
        for fd, events, _ in wanted:
            if fd >= 0:
                self._find(fd)
                poller.register(fd, events)
        ready = dict(poller.poll(timeout))
        for index, (fd, events, _) in enumerate(wanted):
            POLL.pack_into(records, index * POLL.size, fd, events, ready.get(fd, 0))
        return sum(fd in ready for fd, _, _ in wanted)

    def select(self, nfds, readfds, writefds, timeout):
        check(0 <= nfds <= 8 * SET_BYTES, EINVAL)
        sets = [self._span(readfds, SET_BYTES), self._span(writefds, SET_BYTES)]
        wanted = [[fd for fd in range(nfds) if bits[fd // 8] >> fd % 8 & 1] for bits in sets]
        for fd in wanted[0] + wanted[1]:
            self._find(fd)
        *ready, _ = select.select(*wanted, [], None if timeout < 0 else timeout / 1000)
        for bits, found in zip(sets, ready):
            bits[:] = sum(1 << fd for fd in found).to_bytes(SET_BYTES, "little")
        return len(ready[0]) + len(ready[1])

    def eventfd(self):
        return self._eventfd

    def eventfd_read(self, fd):
        check(fd == self._eventfd, EBADF)
        os.eventfd_read(fd)

    # socket

    def listen(self, address, length, backlog):
        text = bytes(self._span(address, length)).decode("latin-1")
        check(text in self._listeners, EACCES)
        self._listeners[text].listen(backlog)
        return self._add(self._listeners[text].fileno(), self._listeners[text])

    def accept4(self, fd, peer):
        listener = self._socket(fd)
        record = self._span(peer, PEER.size) if peer else None
        connection, (host, port, *_) = listener.accept()
        connection.setblocking(False)
        if record:
            family = connection.family
            PEER.pack_into(record, 0, family, port, socket.inet_pton(family, host))
        return self._add(connection.fileno(), connection)

    def recv(self, fd, buffer, length):
        return self._socket(fd).recv_into(self._span(buffer, length))

    def send(self, fd, buffer, length, flags):
        connection = self._socket(fd)
        check(flags in (0, socket.MSG_MORE), EINVAL)
        return connection.send(self._span(buffer, length), flags | socket.MSG_NOSIGNAL)

    def sendv(self, fd, vectors, count, flags):
        connection = self._socket(fd)
        check(0 <= count <= MOST_VECTORS and flags in (0, socket.MSG_MORE), EINVAL)
        records = self._span(vectors, count * VECTOR.size)
        pieces = [self._span(*vector) for vector in VECTOR.iter_unpack(records)]
        return connection.sendmsg(pieces, [], flags | socket.MSG_NOSIGNAL)

    def send_each(self, sends, count):
        check(0 <= count <= MOST_SENDS, EINVAL)
        records = self._span(sends, count * SEND.size)
        for index, (*what, _) in enumerate(list(SEND.iter_unpack(records))):
            SEND.pack_into(records, index * SEND.size, *what, self.function("send")(*what, 0))

    def sendfile(self, out, file, offset, count):
        self._find(out)
        self._find(file)
        check_offset(offset)
        check(count >= 0, EINVAL)
        return os.sendfile(out, file, int(offset), count)

    def cork(self, fd, is_corked):
        connection = self._socket(fd)
        check(is_corked in (0, 1), EINVAL)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, is_corked)

    def shutdown(self, fd, how):
        self._socket(fd).shutdown(how)

    def close(self, fd):
        found = self._find(fd)
        check(fd != self._eventfd, EBADF)
        del self._own[fd]
        self._tokens.pop(fd, None)
        return os.close(fd) if found == fd else found.close()

    # file

    def openat2(self, root, path, length):
        check(root == 0, EBADF)
        span = self._span(path, length)
        check(len(span) <= LONGEST_PATH, ENAMETOOLONG)
        name = bytes(span)
        check(name and b"\0" not in name and name[:1] != b"/", EINVAL)
        fd = open_beneath(self._root, name)
        return self._add(fd, fd)

    def fstat(self, fd, stat):
        self._find(fd)
        record, facts = self._span(stat, STAT.size), os.fstat(fd)
        mtime = divmod(facts.st_mtime_ns, 10**9)
        where = facts.st_dev, facts.st_ino
        what = facts.st_size, *mtime, facts.st_mode, facts.st_ctime_ns
        STAT.pack_into(record, 0, *where, *what)

    def pread(self, fd, buffer, length, offset):
        self._find(fd)
        check_offset(offset)
        return os.preadv(fd, [self._span(buffer, length)], int(offset))

    def write(self, log, pointer, length):
        check(0 <= log < len(self._logs), EBADF)
        span, mode = self._span(pointer, length), os.fstat(self._logs[log]).st_mode
        check(stat.S_ISREG(mode) or length <= select.PIPE_BUF, EMSGSIZE)
        return os.write(self._logs[log], span)
