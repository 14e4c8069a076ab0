// wasi:sockets 0.2.0, as the Canonical ABI passes it: `self` is a handle, and `result` is where the
// host writes what does not fit in one number.

// @ts-ignore: decorator
@external("wasi:sockets/instance-network@0.2.0", "instance-network")
export declare function instance_network(): u32;

// @ts-ignore: decorator
@external("wasi:sockets/tcp-create-socket@0.2.0", "create-tcp-socket")
export declare function create_tcp_socket(family: u32, result: usize): void;

/** The address is a variant: its case, and fields of it, of which IPv6 has eleven and IPv4 five. */
// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-bind")
export declare function tcp_socket_start_bind(
  self: u32,
  network: u32,
  family: u32,
  field0: u32,
  field1: u32,
  field2: u32,
  field3: u32,
  field4: u32,
  field5: u32,
  field6: u32,
  field7: u32,
  field8: u32,
  field9: u32,
  field10: u32,
  result: usize,
): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.finish-bind")
export declare function tcp_socket_finish_bind(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-listen-backlog-size")
export declare function tcp_socket_set_listen_backlog_size(
  self: u32,
  value: u64,
  result: usize,
): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-listen")
export declare function tcp_socket_start_listen(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.finish-listen")
export declare function tcp_socket_finish_listen(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.accept")
export declare function tcp_socket_accept(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.local-address")
export declare function tcp_socket_local_address(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.remote-address")
export declare function tcp_socket_remote_address(self: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.subscribe")
export declare function tcp_socket_subscribe(self: u32): u32;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.shutdown")
export declare function tcp_socket_shutdown(self: u32, how: u32, result: usize): void;

// @ts-ignore: decorator
@external("wasi:sockets/tcp@0.2.0", "[resource-drop]tcp-socket")
export declare function tcp_socket_drop(self: u32): void;
