package main

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"strings"

	"github.com/tetratelabs/wazero/api"
	"golang.org/x/sys/unix"
)

const (
	readySize, pollSize, setSize, vectorSize, peerSize, statSize = 8, 8, 128, 8, 20, 40

	mostReady, mostSelected, mostVectors, longestPath, mostOffset = 4096, 1024, 64, 4095, 1 << 53
)

var le = binary.LittleEndian

// Grants is all that the imports of one guest reach: what it was given and what it has opened.
type Grants struct {
	address           string
	listener, eventfd int
	root              *os.File
	log               int // or -1
	own               map[int]bool
	ready             [mostReady]unix.EpollEvent
}

// calls are the imports of server.wasm, see docs/abi.md.
var calls = map[string]Call{
	"epoll_create1": epollCreate1, "epoll_ctl": epollCtl, "epoll_wait": epollWait,
	"poll": poll, "select": selectSets, "eventfd": eventfd, "eventfd_read": eventfdRead,

	"listen": listen, "accept4": accept4, "recv": recv, "send": send, "sendv": sendv,
	"sendfile": sendfile, "shutdown": shutdown, "close": closeOwn,

	"openat2": openat2, "fstat": fstat, "pread": pread, "write": write,
}

// Call is one system call and its checks: the descriptor, the values, the memory. Its error is an
// errno.
type Call func(*Grants, numbers) (int, error)

// imported makes a call what WebAssembly can call; an errno becomes a negative result.
func (g *Grants) imported(call Call) api.GoModuleFunc {
	return func(_ context.Context, module api.Module, stack []uint64) {
		result, err := g.attempt(call, numbers{module.Memory(), stack})
		if err != nil {
			result = -int(err.(unix.Errno))
		}
		stack[0] = api.EncodeI32(int32(result))
	}
}

// attempt repeats what a signal has interrupted, and ends what a check has ended.
func (g *Grants) attempt(call Call, n numbers) (result int, err error) {
	if call == nil {
		return 0, unix.ENOSYS
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = cause.(unix.Errno)
		}
	}()
	for {
		if result, err = call(g, n); err != unix.EINTR {
			return result, err
		}
	}
}

// numbers are the arguments of a call, and the memory that some of them point into.
type numbers struct {
	memory api.Memory
	stack  []uint64
}

func (n numbers) at(i int) int { return int(int32(n.stack[i])) }

// span is the memory at argument i, to be read or written in place.
func (n numbers) span(i, length int) []byte {
	return within(n.memory, uint32(n.stack[i]), uint32(length))
}

func (n numbers) offset(i int) int64 {
	offset := api.DecodeF64(n.stack[i])
	check(offset >= 0 && offset <= mostOffset && offset == math.Trunc(offset), unix.EINVAL)
	return int64(offset)
}

func within(memory api.Memory, pointer, length uint32) []byte {
	bytes, ok := memory.Read(pointer, length)
	check(ok, unix.EFAULT)
	return bytes
}

// check ends the call with an errno, see attempt, unless ok.
func check(ok bool, errno unix.Errno) {
	if !ok {
		panic(errno)
	}
}

func (g *Grants) isOwn(fd int) bool { return fd == g.eventfd || g.own[fd] }

func (g *Grants) checkOwn(fds ...int) {
	for _, fd := range fds {
		check(g.isOwn(fd), unix.EBADF)
	}
}

// add takes note of a descriptor that was opened for the guest.
func (g *Grants) add(fd int, err error) (int, error) {
	if err == nil {
		g.own[fd] = true
	}
	return fd, err
}

// waited is the outcome of a wait: a signal ends it with nothing ready.
func waited(count int, err error) (int, error) {
	if err == unix.EINTR {
		return 0, nil
	}
	return count, err
}

func epollCreate1(g *Grants, n numbers) (int, error) {
	check(n.at(0) == 0, unix.EINVAL)
	return g.add(unix.EpollCreate1(unix.EPOLL_CLOEXEC))
}

func epollCtl(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0), n.at(2))
	event := unix.EpollEvent{Events: uint32(n.stack[3]), Fd: int32(n.stack[4])} // Fd is the token
	return 0, unix.EpollCtl(n.at(0), n.at(1), n.at(2), &event)
}

func epollWait(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0))
	check(n.at(2) >= 1 && n.at(2) <= mostReady, unix.EINVAL)
	records := n.span(1, n.at(2)*readySize)
	count, err := waited(unix.EpollWait(n.at(0), g.ready[:n.at(2)], n.at(3)))
	for i := range max(count, 0) {
		le.PutUint32(records[i*readySize:], g.ready[i].Events)
		le.PutUint32(records[i*readySize+4:], uint32(g.ready[i].Fd))
	}
	return count, err
}

func poll(g *Grants, n numbers) (int, error) {
	check(n.at(1) >= 0 && n.at(1) <= math.MaxInt32/pollSize, unix.EINVAL)
	records, fds := n.span(0, n.at(1)*pollSize), make([]unix.PollFd, n.at(1))
	binary.Decode(records, le, fds)
	for _, record := range fds {
		check(record.Fd < 0 || g.isOwn(int(record.Fd)), unix.EBADF)
	}
	count, err := unix.Poll(fds, n.at(2))
	binary.Encode(records, le, fds)
	return waited(count, err)
}

func selectSets(g *Grants, n numbers) (int, error) {
	check(n.at(0) >= 0 && n.at(0) <= mostSelected, unix.EINVAL)
	var sets [2]unix.FdSet
	records := [2][]byte{n.span(1, setSize), n.span(2, setSize)}
	for i := range sets {
		binary.Decode(records[i], le, &sets[i])
		for fd := range mostSelected {
			if fd >= n.at(0) {
				sets[i].Clear(fd)
			}
			check(!sets[i].IsSet(fd) || g.isOwn(fd), unix.EBADF)
		}
	}
	var timeout *unix.Timeval
	if n.at(3) >= 0 {
		left := unix.NsecToTimeval(int64(n.at(3)) * 1e6)
		timeout = &left
	}
	count, err := unix.Select(n.at(0), &sets[0], &sets[1], nil, timeout)
	for i := range sets {
		if err == nil {
			binary.Encode(records[i], le, &sets[i])
		}
	}
	return waited(count, err)
}

func eventfd(g *Grants, _ numbers) (int, error) { return g.eventfd, nil }

func eventfdRead(g *Grants, n numbers) (int, error) {
	check(n.at(0) == g.eventfd, unix.EBADF)
	_, err := unix.Read(g.eventfd, make([]byte, 8))
	return 0, err
}

func listen(g *Grants, n numbers) (int, error) {
	check(string(n.span(0, n.at(1))) == g.address, unix.EACCES)
	return g.add(g.listener, unix.Listen(g.listener, n.at(2)))
}

func accept4(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0))
	record := make([]byte, peerSize)
	if n.at(1) != 0 {
		record = n.span(1, peerSize)
	}
	fd, peer, err := unix.Accept4(n.at(0), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	switch peer := peer.(type) {
	case *unix.SockaddrInet4:
		writePeer(record, unix.AF_INET, peer.Port, peer.Addr[:])
	case *unix.SockaddrInet6:
		writePeer(record, unix.AF_INET6, peer.Port, peer.Addr[:])
	}
	return g.add(fd, err)
}

func writePeer(record []byte, family, port int, address []byte) {
	le.PutUint16(record, uint16(family))
	le.PutUint16(record[2:], uint16(port))
	clear(record[copy(record[4:], address)+4:])
}

func recv(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0))
	count, _, err := unix.Recvfrom(n.at(0), n.span(1, n.at(2)), 0)
	return count, err
}

func send(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0))
	check(n.at(3)&^unix.MSG_MORE == 0, unix.EINVAL)
	return unix.SendmsgN(n.at(0), n.span(1, n.at(2)), nil, nil, n.at(3)|unix.MSG_NOSIGNAL)
}

func sendv(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0))
	count := n.at(2)
	check(count >= 0 && count <= mostVectors && n.at(3)&^unix.MSG_MORE == 0, unix.EINVAL)
	records, pieces := n.span(1, count*vectorSize), make([][]byte, count)
	for i := range pieces {
		pointer, length := le.Uint32(records[i*vectorSize:]), le.Uint32(records[i*vectorSize+4:])
		pieces[i] = within(n.memory, pointer, length)
	}
	return unix.SendmsgBuffers(n.at(0), pieces, nil, nil, n.at(3)|unix.MSG_NOSIGNAL)
}

func sendfile(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0), n.at(1))
	offset := n.offset(2)
	check(n.at(3) >= 0, unix.EINVAL)
	return unix.Sendfile(n.at(0), n.at(1), &offset, n.at(3))
}

func shutdown(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0))
	return 0, unix.Shutdown(n.at(0), n.at(1))
}

func closeOwn(g *Grants, n numbers) (int, error) {
	check(g.own[n.at(0)], unix.EBADF)
	delete(g.own, n.at(0)) // first: once closed, the number may be another's
	if err := unix.Close(n.at(0)); err != unix.EINTR {
		return 0, err
	}
	return 0, nil // it is closed nevertheless
}

func openat2(g *Grants, n numbers) (int, error) {
	check(n.at(0) == 0, unix.EBADF)
	check(n.at(3) == 0 || n.at(3) == 1, unix.EINVAL)
	path := string(n.span(1, n.at(2)))
	check(len(path) <= longestPath, unix.ENAMETOOLONG)
	check(path != "" && path[0] != '/' && !strings.Contains(path, "\x00"), unix.EINVAL)
	resolve := uint64(0)
	if n.at(3) == 1 {
		resolve = unix.RESOLVE_NO_SYMLINKS
	}
	return g.add(openBeneath(int(g.root.Fd()), path, resolve))
}

// openBeneath opens a file beneath the directory root: the kernel sees to it that it is.
func openBeneath(root int, path string, resolve uint64) (int, error) {
	return unix.Openat2(root, path, &unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY,
		Resolve: resolve | unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS,
	})
}

func fstat(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0))
	record, facts := n.span(1, statSize), unix.Stat_t{}
	err := unix.Fstat(n.at(0), &facts)
	mtime := facts.Mtim
	binary.Encode(record, le, struct {
		Dev, Ino          uint64
		Size, Mtime       float64
		Nanoseconds, Mode uint32
	}{facts.Dev, facts.Ino, float64(facts.Size), float64(mtime.Sec), uint32(mtime.Nsec), facts.Mode})
	return 0, err
}

func pread(g *Grants, n numbers) (int, error) {
	g.checkOwn(n.at(0))
	offset := n.offset(3)
	return unix.Pread(n.at(0), n.span(1, n.at(2)), offset)
}

func write(g *Grants, n numbers) (int, error) {
	check(n.at(0) == 0 && g.log >= 0, unix.EBADF)
	return unix.Write(g.log, n.span(1, n.at(2)))
}
