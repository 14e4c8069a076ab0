// Command go-host is the web server server.wasm in a Go process, with wazero; its event loop runs
// inside the sandbox. SIGTERM or Ctrl-C finishes what is in flight, for at most the grace period; a
// second one ends at once.
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	wasi "github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"golang.org/x/sys/unix"
)

const usage = `go-host DIR [--port PORT] [--host ADDRESS] [--defer-accept on|off] [--log-file FILE]
        [--grace-period MS] [--module FILE] [--NAME VALUE]...

Other pairs go to the guest as they are, --idle-timeout 5000 say: docs/abi.md lists them all.`

func main() {
	directory, own, others := readCommandLine(os.Args[1:])
	grace, err := strconv.Atoi(own["--grace-period"])
	must(err)
	address, listener := openListener(own["--host"], own["--port"], own["--defer-accept"] == "on")
	root, err := os.OpenFile(directory, unix.O_PATH|unix.O_DIRECTORY, 0)
	must(err)
	log := -1
	if path := own["--log-file"]; path != "" {
		const flags = unix.O_WRONLY | unix.O_CREAT | unix.O_APPEND | unix.O_NONBLOCK | unix.O_CLOEXEC
		log, err = unix.Open(path, flags, 0o640)
		must(err)
	}
	eventfd, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	must(err)
	defer unix.Close(eventfd)

	arguments := append([]string{"epollux", "serve", "--listen", address}, others...)
	grants := Grants{
		root: root, log: log, listener: listener, address: address, eventfd: eventfd,
		own: map[int]bool{},
	}
	guest := instantiate(own["--module"], arguments, &grants)
	guest.start()
	isStopping := onSignal(eventfd)
	fmt.Printf("epollux in Go serving %s at http://%s/\n", directory, address)
	for !isStopping.Load() {
		guest.call("turn", math.MaxUint64)
	}
	guest.drain(eventfd, time.Duration(grace)*time.Millisecond)
}

// must ends the process with one line if err is an error.
func must(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}

// readCommandLine gives the directory, the values of our own options, the pairs of the guest.
func readCommandLine(words []string) (directory string, own map[string]string, others []string) {
	if slices.Contains(words, "--help") {
		fmt.Println(usage)
		os.Exit(0)
	}
	if len(words) == 0 || strings.HasPrefix(words[0], "-") {
		must(errors.New("DIR missing (see --help)"))
	}
	executable, _ := os.Executable()
	own = map[string]string{
		"--port": "7788", "--host": "127.0.0.1", "--grace-period": "10000", "--defer-accept": "on",
		"--log-file": "",
		"--module":   filepath.Join(filepath.Dir(executable), "../../build/server.wasm"),
	}
	for rest := words[1:]; len(rest) > 0; rest = rest[2:] {
		if len(rest) == 1 {
			must(fmt.Errorf("%s: value missing", rest[0]))
		} else if _, isOwn := own[rest[0]]; isOwn {
			own[rest[0]] = rest[1]
		} else {
			others = append(others, rest[:2]...)
		}
	}
	return words[0], own, others
}

// openListener gives the address under which the listening socket is granted, and the socket.
func openListener(host, port string, isDeferred bool) (string, int) {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	must(err)
	file, err := listener.(*net.TCPListener).File()
	must(err)
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0) // one that Go does not know
	must(err)
	must(unix.SetNonblock(fd, true))
	must(unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)) // accepted ones inherit it
	if isDeferred {                                                     // until the first byte has come, or a second has passed
		must(unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 1))
	}
	must(errors.Join(file.Close(), listener.Close()))
	return listener.Addr().String(), fd
}

// onSignal wakes the guest at the first signal and ends the process at the second.
func onSignal(eventfd int) *atomic.Bool {
	var isStopping atomic.Bool
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, unix.SIGTERM, unix.SIGINT)
	signal.Ignore(unix.SIGPIPE) // as docs/abi.md asks: sendfile has no MSG_NOSIGNAL
	go func() {
		<-signals
		isStopping.Store(true)
		wake(eventfd)
		second := (<-signals).(unix.Signal)
		os.Exit(128 + int(second))
	}()
	return &isStopping
}

func wake(eventfd int) { unix.Write(eventfd, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

// Guest is an instance of server.wasm.
type Guest struct{ api.Module }

// instantiate links the module with what it imports, and nothing else.
func instantiate(path string, arguments []string, grants *Grants) Guest {
	ctx := context.Background()
	code, err := os.ReadFile(path)
	must(err)
	runtime := wazero.NewRuntime(ctx)
	compiled, err := runtime.CompileModule(ctx, code)
	must(err)
	wasi.MustInstantiate(ctx, runtime)
	groups := map[string]wazero.HostModuleBuilder{}
	for _, wanted := range compiled.ImportedFunctions() {
		group, name, _ := wanted.Import()
		if group == wasi.ModuleName {
			continue
		}
		if groups[group] == nil {
			groups[group] = runtime.NewHostModuleBuilder(group)
		}
		groups[group].NewFunctionBuilder().WithGoModuleFunction(grants.imported(calls[name]),
			wanted.ParamTypes(), wanted.ResultTypes()).Export(name)
	}
	for _, group := range groups {
		_, err = group.Instantiate(ctx)
		must(err)
	}
	// Neither an environment, nor a directory, nor standard input.
	config := wazero.NewModuleConfig().WithArgs(arguments...).WithStdout(os.Stdout).
		WithStderr(os.Stderr).WithSysWalltime().WithSysNanotime().WithStartFunctions("_initialize")
	module, err := runtime.InstantiateModule(ctx, compiled, config)
	must(err)
	return Guest{module}
}

// call calls an export; a trap ends the process.
func (g Guest) call(name string, number ...uint64) int32 {
	results, err := g.ExportedFunction(name).Call(context.Background(), number...)
	must(err)
	if len(results) == 0 {
		return 0
	}
	return int32(results[0])
}

func (g Guest) start() {
	if code := g.call("configure"); code != 0 {
		os.Exit(int(code)) // it has said why
	}
	if result := g.call("start"); result < 0 {
		must(unix.Errno(-result))
	}
}

// counters reads the record: requests, connections, bytes, open, busy, and more.
func (g Guest) counters() (record [5]float64) {
	at := uint32(g.call("counters"))
	for i := range record {
		record[i], _ = g.Memory().ReadFloat64Le(at + 8*uint32(i))
	}
	return record
}

func (g Guest) drain(eventfd int, grace time.Duration) {
	busy := g.counters()[4]
	g.call("drain")
	wake(eventfd)
	noun := "requests"
	if busy == 1 {
		noun = "request"
	}
	fmt.Printf("stopping: %.0f %s in flight\n", busy, noun)
	deadline := time.Now().Add(grace)
	for left := grace; g.call("turn", uint64(left.Milliseconds())) == 0; {
		if left = time.Until(deadline); left <= 0 {
			g.call("stop")
			break
		}
	}
	sum := g.counters()
	fmt.Printf("stopped: %.0f requests, %.0f bytes on %.0f connections\n", sum[0], sum[2], sum[1])
}
