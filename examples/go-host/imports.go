package main

import (
	"context"
	"math"
	"strings"
	"unsafe"

	"github.com/tetratelabs/wazero/api"
	"golang.org/x/sys/unix"
)

// The records of docs/abi.md, as they lie in memory on a little-endian machine; those of poll and
// select are the kernel's.
type (
	ready   struct{ events, token uint32 }
	vector  struct{ pointer, length uint32 }
	sending struct {
		fd              int32
		pointer, length uint32
		result          int32
	}
	peer struct {
		family, port uint16
		address      [16]byte
	}
	stat struct {
		dev, ino          uint64
		size, mtime       float64
		nanoseconds, mode uint32
		ctime             uint64
	}
)

// Grants is all that the imports of one guest reach: what it was given and what it has opened.
type Grants struct {
	address                      string // of the listener
	listener, root, log, eventfd int    // log may be -1: none
	own                          map[int]bool
	events                       [4096]unix.EpollEvent
}

// calls are the imports of server.wasm: each is one system call and its checks, of the descriptor,
// the values, the memory, in this order.
var calls = map[string]func(arguments) (int, error){
	"epoll_create1": func(a arguments) (int, error) {
		check(a.int(0) == 0, unix.EINVAL)
		return a.keep(unix.EpollCreate1(unix.EPOLL_CLOEXEC))
	},
	"epoll_ctl": func(a arguments) (int, error) {
		event := unix.EpollEvent{Events: uint32(a.stack[3]), Fd: int32(a.stack[4])} // Fd is the token
		return 0, unix.EpollCtl(a.fd(0), a.int(1), a.fd(2), &event)
	},
	"epoll_wait": func(a arguments) (int, error) {
		epfd, events := a.fd(0), a.events[:a.upTo(len(a.events), 2)]
		check(len(events) > 0, unix.EINVAL)
		records := view[ready](a, 1, len(events))
		count, err := once(unix.EpollWait(epfd, events, a.int(3)))
		for i := range max(count, 0) {
			records[i] = ready{events[i].Events, uint32(events[i].Fd)}
		}
		return count, err
	},
	"poll": func(a arguments) (int, error) {
		records := view[unix.PollFd](a, 0, a.upTo(math.MaxInt32/8, 1))
		for _, record := range records {
			check(record.Fd < 0 || a.isOwn(int(record.Fd)), unix.EBADF)
		}
		return once(unix.Poll(records, a.int(2)))
	},
	"select": func(a arguments) (int, error) {
		nfds := a.upTo(1024, 0)
		reading, writing := &view[unix.FdSet](a, 1, 1)[0], &view[unix.FdSet](a, 2, 1)[0]
		for fd := range nfds {
			check(a.isOwn(fd) || !reading.IsSet(fd) && !writing.IsSet(fd), unix.EBADF)
		}
		timeout := unix.NsecToTimeval(int64(uint32(a.int(3))) * 1e6) // for ever is 49 days
		return once(unix.Select(nfds, reading, writing, nil, &timeout))
	},
	"eventfd": func(a arguments) (int, error) { return a.eventfd, nil },
	"eventfd_read": func(a arguments) (int, error) {
		check(a.int(0) == a.eventfd, unix.EBADF)
		_, err := unix.Read(a.eventfd, make([]byte, 8))
		return 0, err
	},

	"listen": func(a arguments) (int, error) {
		check(string(view[byte](a, 0, a.int(1))) == a.address, unix.EACCES)
		return a.keep(a.listener, unix.Listen(a.listener, a.int(2)))
	},
	"accept4": func(a arguments) (int, error) {
		listener, record := a.fd(0), &peer{}
		if a.int(1) != 0 {
			record = &view[peer](a, 1, 1)[0]
		}
		fd, from, err := unix.Accept4(listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch from := from.(type) {
		case *unix.SockaddrInet4:
			*record = peer{family: unix.AF_INET, port: uint16(from.Port)}
			copy(record.address[:], from.Addr[:])
		case *unix.SockaddrInet6:
			*record = peer{unix.AF_INET6, uint16(from.Port), from.Addr}
		}
		return a.keep(fd, err)
	},
	"recv": func(a arguments) (int, error) {
		count, _, err := unix.Recvfrom(a.fd(0), view[byte](a, 1, a.int(2)), 0)
		return count, err
	},
	"send": send,
	"sendv": func(a arguments) (int, error) {
		fd, pieces, flags := a.fd(0), make([][]byte, a.upTo(64, 2)), a.sendFlags(3)
		for i, piece := range view[vector](a, 1, len(pieces)) {
			pieces[i] = a.within(piece.pointer, int(piece.length))
		}
		return unix.SendmsgBuffers(fd, pieces, nil, nil, flags)
	},
	"send_each": func(a arguments) (int, error) {
		records := view[sending](a, 0, a.upTo(64, 1))
		for i := range records {
			r := &records[i]
			stack := []uint64{uint64(r.fd), uint64(r.pointer), uint64(r.length), 0}
			r.result = answer(send, arguments{a.Grants, a.memory, stack})
		}
		return 0, nil
	},
	"sendfile": func(a arguments) (int, error) {
		out, file, offset := a.fd(0), a.fd(1), a.offset(2)
		return unix.Sendfile(out, file, &offset, a.upTo(math.MaxInt32, 3))
	},
	"cork": func(a arguments) (int, error) {
		return 0, unix.SetsockoptInt(a.fd(0), unix.IPPROTO_TCP, unix.TCP_CORK, a.upTo(1, 1))
	},
	"shutdown": func(a arguments) (int, error) { return 0, unix.Shutdown(a.fd(0), a.int(1)) },
	"close": func(a arguments) (int, error) {
		check(a.own[a.int(0)], unix.EBADF)
		delete(a.own, a.int(0)) // first: once closed, the number may be another's
		return once(0, unix.Close(a.int(0)))
	},

	"openat2": func(a arguments) (int, error) {
		check(a.int(0) == 0, unix.EBADF)
		path := string(view[byte](a, 1, a.int(2)))
		check(len(path) <= 4095, unix.ENAMETOOLONG)
		check(path != "" && path[0] != '/' && !strings.Contains(path, "\x00"), unix.EINVAL)
		return a.keep(unix.Openat2(a.root, path, &unix.OpenHow{
			Flags:   unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY,
			Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS,
		}))
	},
	"fstat": func(a arguments) (int, error) {
		fd, record, facts := a.fd(0), &view[stat](a, 1, 1)[0], unix.Stat_t{}
		err := unix.Fstat(fd, &facts)
		size, mtime := float64(facts.Size), facts.Mtim
		*record = stat{
			facts.Dev, facts.Ino, size, float64(mtime.Sec), uint32(mtime.Nsec), facts.Mode,
			uint64(facts.Ctim.Nano()),
		}
		return 0, err
	},
	"pread": func(a arguments) (int, error) {
		fd, offset := a.fd(0), a.offset(3)
		return unix.Pread(fd, view[byte](a, 1, a.int(2)), offset)
	},
	"write": func(a arguments) (int, error) {
		check(a.int(0) == 0 && a.log >= 0, unix.EBADF)
		text, facts := view[byte](a, 1, a.int(2)), unix.Stat_t{}
		if err := unix.Fstat(a.log, &facts); err != nil {
			return 0, err
		}
		isRegular := facts.Mode&unix.S_IFMT == unix.S_IFREG
		check(isRegular || len(text) <= pipeBuf, unix.EMSGSIZE)
		return unix.Write(a.log, text)
	},
}

func send(a arguments) (int, error) {
	fd, flags := a.fd(0), a.sendFlags(3)
	return unix.SendmsgN(fd, view[byte](a, 1, a.int(2)), nil, nil, flags)
}

// once is the outcome of a call that is not repeated: one that a signal has ended is done.
func once(result int, err error) (int, error) {
	if err == unix.EINTR {
		return 0, nil
	}
	return result, err
}

// keep takes note of a descriptor that was opened for the guest.
func (g *Grants) keep(fd int, err error) (int, error) {
	if err == nil {
		g.own[fd] = true
	}
	return fd, err
}

func (g *Grants) isOwn(fd int) bool { return fd == g.eventfd || g.own[fd] }

// imported makes a call what WebAssembly can call: an errno becomes a negative result.
func (g *Grants) imported(name string) api.GoModuleFunc {
	return func(_ context.Context, module api.Module, stack []uint64) {
		stack[0] = api.EncodeI32(answer(calls[name], arguments{g, module.Memory(), stack}))
	}
}

// answer is what the guest gets of a call: its result or, negative, its errno.
func answer(call func(arguments) (int, error), a arguments) int32 {
	result, err := attempt(call, a)
	if err != nil {
		return -int32(err.(unix.Errno))
	}
	return int32(result)
}

// attempt repeats what a signal has interrupted, and ends what a check has ended.
func attempt(call func(arguments) (int, error), a arguments) (result int, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = cause.(unix.Errno)
		}
	}()
	check(call != nil, unix.ENOSYS)
	for result, err = call(a); err == unix.EINTR; {
		result, err = call(a)
	}
	return result, err
}

// pipeBuf is how many bytes a pipe takes whole or not at all (pipe(7)).
const pipeBuf = 4096

// check ends the call with an errno, see attempt, unless ok.
func check(ok bool, errno unix.Errno) {
	if !ok {
		panic(errno)
	}
}

// arguments are those of a call, and the memory that some of them point into.
type arguments struct {
	*Grants
	memory api.Memory
	stack  []uint64
}

func (a arguments) int(i int) int { return int(int32(a.stack[i])) }

func (a arguments) fd(i int) int {
	check(a.isOwn(a.int(i)), unix.EBADF)
	return a.int(i)
}

func (a arguments) upTo(most, i int) int {
	check(a.int(i) >= 0 && a.int(i) <= most, unix.EINVAL)
	return a.int(i)
}

func (a arguments) sendFlags(i int) int {
	check(a.int(i)&^unix.MSG_MORE == 0, unix.EINVAL)
	return a.int(i) | unix.MSG_NOSIGNAL
}

func (a arguments) offset(i int) int64 {
	offset := api.DecodeF64(a.stack[i])
	check(offset >= 0 && offset <= 1<<53 && offset == math.Trunc(offset), unix.EINVAL)
	return int64(offset)
}

// view is the memory at argument i as count records, to be read and written in place.
func view[T any](a arguments, i, count int) []T {
	var record T
	bytes := a.within(uint32(a.stack[i]), count*int(unsafe.Sizeof(record)))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(bytes))), count)
}

func (a arguments) within(pointer uint32, length int) []byte {
	check(length >= 0 && length <= math.MaxInt32, unix.EFAULT)
	bytes, ok := a.memory.Read(pointer, uint32(length))
	check(ok, unix.EFAULT)
	return bytes
}
