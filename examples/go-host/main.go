// Command go-host is the web server server.wasm in a Go process, with wazero; its event loop runs
// inside the sandbox. SIGTERM or Ctrl-C finishes what is in flight, for at most the grace period; a
// second one ends at once.
package main

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"math"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	wasi "github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"golang.org/x/sys/unix"
)

var (
	host     = flag.String("host", "127.0.0.1", "`address` to listen on")
	port     = flag.String("port", "7788", "TCP port; 0 takes any free one")
	grace    = flag.Int("grace-period", 10000, "`milliseconds` for what is in flight at the end")
	deferred = flag.String("defer-accept", "on", "off accepts before the first byte has come")
	logFile  = flag.String("log-file", "", "where the access log goes")
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("error: ")
	flag.Usage = usage
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("DIR missing (see --help)")
	}
	address, listener := openListener()
	grants := Grants{
		address: address, listener: listener, own: map[int]bool{}, log: -1,
		root:    must(unix.Open(flag.Arg(0), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)),
		eventfd: must(unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)),
	}
	if *logFile != "" {
		const flags = unix.O_WRONLY | unix.O_CREAT | unix.O_APPEND | unix.O_NONBLOCK | unix.O_CLOEXEC
		grants.log = must(unix.Open(*logFile, flags, 0o640))
	}
	guest := instantiate(&grants)
	if code := guest.call("configure"); code != 0 {
		os.Exit(int(code)) // it has said why
	}
	if result := guest.call("start"); result < 0 {
		log.Fatal(unix.Errno(-result))
	}
	signals := notify(grants.eventfd)
	fmt.Printf("epollux in Go serving %s at http://%s/\n", flag.Arg(0), address)
	for len(signals) == 0 {
		guest.call("turn", math.MaxUint64)
	}
	guest.drain(&grants)
}

func usage() {
	fmt.Println("go-host [OPTION]... DIR [--NAME VALUE]...   what follows DIR is the guest's: docs/abi.md")
	flag.CommandLine.SetOutput(os.Stdout)
	flag.PrintDefaults()
}

// must ends the process with one line if err is an error.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// openListener gives the address under which the listening socket is granted, and the socket.
func openListener() (string, int) {
	listener := must(net.Listen("tcp", net.JoinHostPort(*host, *port))).(*net.TCPListener)
	file := must(listener.File())
	fd := must(unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)) // one that Go does not know
	file.Close()
	listener.Close()
	must(0, unix.SetNonblock(fd, true))
	must(0, unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)) // accepted ones inherit it
	if *deferred == "on" {
		must(0, unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 1))
	}
	return listener.Addr().String(), fd
}

// notify gives a channel that keeps the first signal, which wakes the guest; the second ends all.
func notify(eventfd int) chan os.Signal {
	kept, signals := make(chan os.Signal, 1), make(chan os.Signal, 2)
	signal.Ignore(unix.SIGPIPE) // as docs/abi.md asks: sendfile has no MSG_NOSIGNAL
	signal.Notify(signals, unix.SIGTERM, unix.SIGINT)
	go func() {
		kept <- <-signals
		wake(eventfd)
		os.Exit(128 + int((<-signals).(unix.Signal)))
	}()
	return kept
}

func wake(eventfd int) { unix.Write(eventfd, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

// Guest is an instance of server.wasm.
type Guest struct{ api.Module }

// instantiate links the module with what it imports, and nothing else.
func instantiate(grants *Grants) Guest {
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	folder := filepath.Dir(must(os.Executable()))
	code := must(os.ReadFile(filepath.Join(folder, "../../build/server.wasm")))
	compiled := must(runtime.CompileModule(ctx, code))
	wasi.MustInstantiate(ctx, runtime)
	for _, group := range []string{"epoll", "socket", "file"} {
		builder := runtime.NewHostModuleBuilder(group)
		for _, wanted := range compiled.ImportedFunctions() {
			if from, name, _ := wanted.Import(); from == group {
				builder.NewFunctionBuilder().WithGoModuleFunction(grants.imported(name),
					wanted.ParamTypes(), wanted.ResultTypes()).Export(name)
			}
		}
		must(builder.Instantiate(ctx))
	}
	arguments := append([]string{"epollux", "serve", "--listen", grants.address}, flag.Args()[1:]...)
	// Neither an environment, nor a directory, nor standard input.
	config := wazero.NewModuleConfig().WithArgs(arguments...).WithStdout(os.Stdout).
		WithStderr(os.Stderr).WithSysWalltime().WithSysNanotime().WithStartFunctions("_initialize")
	return Guest{must(runtime.InstantiateModule(ctx, compiled, config))}
}

// call calls an export; a trap ends the process.
func (g Guest) call(name string, number ...uint64) int32 {
	results := must(g.ExportedFunction(name).Call(context.Background(), number...))
	if len(results) == 0 {
		return 0
	}
	return int32(results[0])
}

// counters reads the record: requests, connections, bytes, open, busy, and more.
func (g Guest) counters() (record [5]float64) {
	bytes, _ := g.Memory().Read(uint32(g.call("counters")), uint32(binary.Size(record)))
	binary.Decode(bytes, binary.LittleEndian, &record)
	return record
}

func (g Guest) drain(grants *Grants) {
	busy := g.counters()[4]
	g.call("drain")
	wake(grants.eventfd)
	plural := map[bool]string{false: "s"}[busy == 1]
	fmt.Printf("stopping: %.0f request%s in flight\n", busy, plural)
	left := time.Duration(*grace) * time.Millisecond
	for deadline := time.Now().Add(left); g.call("turn", uint64(left.Milliseconds())) == 0; {
		if left = time.Until(deadline); left <= 0 {
			g.call("stop")
			break
		}
	}
	sum := g.counters()
	fmt.Printf("stopped: %.0f requests, %.0f bytes on %.0f connections\n", sum[0], sum[2], sum[1])
}
