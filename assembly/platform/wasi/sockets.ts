// Sockets by wasi:sockets: listeners, and connections with their streams.

import { EAGAIN, EINVAL, EMFILE, EOPNOTSUPP } from "../errno";
import { PeerRecord } from "../layout";
import { input_stream_drop, output_stream_drop, pollable_drop } from "./bindings/io";
import {
  create_tcp_socket,
  instance_network,
  tcp_socket_accept,
  tcp_socket_drop,
  tcp_socket_finish_bind,
  tcp_socket_finish_listen,
  tcp_socket_local_address,
  tcp_socket_remote_address,
  tcp_socket_set_listen_backlog_size,
  tcp_socket_shutdown,
  tcp_socket_start_bind,
  tcp_socket_start_listen,
  tcp_socket_subscribe,
} from "./bindings/sockets";
import { isError, result } from "./canonical";
import { areTooManyClosing, closeLater } from "./closing";
import { Descriptor, descriptorAt, LATER, takeDescriptor } from "./descriptors";
import { errnoOfAccepting, errnoOfNetwork } from "./error-codes";
import { dropConnection, Socket, socketAt } from "./socket";
import { portAt, SocketAddress, writePeer } from "./socket-address";
import { isFlushed } from "./streams";
import { waitAny } from "./wait";

/** `how` of shutdown(2), which has the numbers of shutdown-type. */
const SHUT_RDWR: u32 = 2;

/** A pollable that is waited for alone, and the index that is the answer. */
const alone = memory.data(8, 4);

/** The port of the listener that was opened last. */
export let listeningPort: u16 = 0;

/** −errno of an error-code whose outcome has `offset` bytes. */
function failure(offset: usize): i32 {
  return -errnoOfNetwork(load<u8>(result + offset));
}

/** listen(2) of a socket that is bound to the address, such as `127.0.0.1:7788`, first. */
export function listen(text: usize, length: i32, backlog: i32): i32 {
  const address = new SocketAddress();
  if (!address.read(text, length)) return -EINVAL;
  create_tcp_socket(address.family, result);
  if (isError()) return failure(4);
  const handle = load<u32>(result, 4);
  const opened = open(handle, address, backlog);
  const fd = opened < 0 ? opened : takeDescriptor(handle, endListener);
  if (fd < 0) tcp_socket_drop(handle);
  return fd;
}

/** 0 or −errno. */
function open(socket: u32, address: SocketAddress, backlog: i32): i32 {
  const bound = bind(socket, address);
  if (bound < 0) return bound;
  tcp_socket_set_listen_backlog_size(socket, backlog, result);
  if (isError()) return failure(1);
  tcp_socket_start_listen(socket, result);
  if (isError()) return failure(1);
  do {
    wait(socket);
    tcp_socket_finish_listen(socket, result);
  } while (isUnderWay());
  if (isError()) return failure(1);
  tcp_socket_local_address(socket, result);
  if (isError()) return failure(4);
  listeningPort = portAt(result + 4);
  return 0;
}

function bind(socket: u32, address: SocketAddress): i32 {
  const field = address.fields;
  tcp_socket_start_bind(
    socket,
    instance_network(),
    address.family,
    field[0],
    field[1],
    field[2],
    field[3],
    field[4],
    field[5],
    field[6],
    field[7],
    field[8],
    field[9],
    field[10],
    result,
  );
  if (isError()) return failure(1);
  do {
    wait(socket);
    tcp_socket_finish_bind(socket, result);
  } while (isUnderWay());
  return isError() ? failure(1) : 0;
}

function isUnderWay(): bool {
  return isError() && errnoOfNetwork(load<u8>(result, 1)) == EAGAIN;
}

/** Waits for what was started. */
function wait(socket: u32): void {
  const pollable = tcp_socket_subscribe(socket);
  store<u32>(alone, pollable);
  waitAny(alone, 1, alone + 4);
  pollable_drop(pollable);
}

export function accept4(fd: i32, peer: usize): i32 {
  // First: who is not accepted waits.
  if (areTooManyClosing()) return -EMFILE;
  tcp_socket_accept(descriptorAt(fd).handle, result);
  if (isError()) return -errnoOfAccepting(load<u8>(result, 4));
  const handle = load<u32>(result, 4);
  const input = load<u32>(result, 8);
  const output = load<u32>(result, 12);
  const accepted = takeDescriptor(handle, endConnection);
  if (accepted < 0) {
    output_stream_drop(output);
    input_stream_drop(input);
    tcp_socket_drop(handle);
    return accepted;
  }
  const socket = socketAt(accepted);
  socket.input = input;
  socket.output = output;
  if (peer != 0) tellPeer(handle, changetype<PeerRecord>(peer));
  return accepted;
}

/** Of one that has gone already nothing is known. */
function tellPeer(handle: u32, peer: PeerRecord): void {
  tcp_socket_remote_address(handle, result);
  if (isError()) memory.fill(changetype<usize>(peer), 0, offsetof<PeerRecord>());
  else writePeer(result + 4, peer);
}

/** WASI has nothing like it. */
export function cork(fd: i32, isCorked: bool): i32 {
  return -EOPNOTSUPP;
}

export function shutdown(fd: i32, how: i32): i32 {
  if (<u32>how > SHUT_RDWR) return -EINVAL;
  tcp_socket_shutdown(descriptorAt(fd).handle, how, result);
  return isError() ? failure(1) : 0;
}

function endListener(descriptor: Descriptor): i32 {
  const socket = changetype<Socket>(descriptor);
  if (socket.readable != 0) pollable_drop(socket.readable);
  tcp_socket_drop(socket.handle);
  return 0;
}

function endConnection(descriptor: Descriptor): i32 {
  const socket = changetype<Socket>(descriptor);
  if (!isFlushed(socket.output)) {
    closeLater(socket);
    return LATER;
  }
  dropConnection(socket);
  return 0;
}
