// Every function the guest imports besides WASI, with its man-page name. docs/abi.md is the
// contract: results ≥ 0, or −errno in Linux numbers; no call blocks but epoll_wait, poll and select.
// A module imports those that it uses. (What WASI 0.2 is asked for is declared in wasi/bindings/.)

// @ts-ignore: decorator
@external("epoll", "epoll_create1")
export declare function epoll_create1(flags: i32): i32;

// @ts-ignore: decorator
@external("epoll", "epoll_ctl")
export declare function epoll_ctl(epfd: i32, op: i32, fd: i32, events: u32, token: u32): i32;

// @ts-ignore: decorator
@external("epoll", "epoll_wait")
export declare function epoll_wait(epfd: i32, ready: usize, maxEvents: i32, timeoutMs: i32): i32;

// @ts-ignore: decorator
@external("epoll", "poll")
export declare function poll(fds: usize, count: i32, timeoutMs: i32): i32;

// @ts-ignore: decorator
@external("epoll", "select")
export declare function select(nfds: i32, readfds: usize, writefds: usize, timeoutMs: i32): i32;

// @ts-ignore: decorator
@external("epoll", "eventfd")
export declare function eventfd(): i32;

// @ts-ignore: decorator
@external("epoll", "eventfd_read")
export declare function eventfd_read(fd: i32): i32;

// @ts-ignore: decorator
@external("socket", "listen")
export declare function listen(address: usize, length: i32, backlog: i32): i32;

// @ts-ignore: decorator
@external("socket", "connect")
export declare function connect(address: usize, length: i32): i32;

// @ts-ignore: decorator
@external("socket", "accept4")
export declare function accept4(fd: i32, peer: usize): i32;

// @ts-ignore: decorator
@external("socket", "recv")
export declare function recv(fd: i32, buffer: usize, length: i32): i32;

// @ts-ignore: decorator
@external("socket", "send")
export declare function send(fd: i32, buffer: usize, length: i32, flags: i32): i32;

// @ts-ignore: decorator
@external("socket", "sendv")
export declare function sendv(fd: i32, vectors: usize, count: i32, flags: i32): i32;

// @ts-ignore: decorator
@external("socket", "send_each")
export declare function send_each(sends: usize, count: i32): i32;

// @ts-ignore: decorator
@external("socket", "sendfile")
export declare function sendfile(out: i32, file: i32, offset: f64, count: i32): i32;

// @ts-ignore: decorator
@external("socket", "cork")
export declare function cork(fd: i32, isCorked: bool): i32;

// @ts-ignore: decorator
@external("socket", "shutdown")
export declare function shutdown(fd: i32, how: i32): i32;

// @ts-ignore: decorator
@external("socket", "close")
export declare function close(fd: i32): i32;

// @ts-ignore: decorator
@external("file", "openat2")
export declare function openat2(root: i32, path: usize, length: i32): i32;

// @ts-ignore: decorator
@external("file", "fstat")
export declare function fstat(fd: i32, stat: usize): i32;

// @ts-ignore: decorator
@external("file", "pread")
export declare function pread(fd: i32, buffer: usize, length: i32, offset: f64): i32;

// @ts-ignore: decorator
@external("file", "write")
export declare function write(log: i32, pointer: usize, length: i32): i32;
