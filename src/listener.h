// Listening sockets, which the host opens and the guest only borrows.

#ifndef SHIM_LISTENER_H
#define SHIM_LISTENER_H

#include <stdint.h>

enum {
  SHIM_LISTENER_REUSE_PORT = 1,
  SHIM_LISTENER_V6_ONLY = 2,
  SHIM_LISTENER_DEFER_ACCEPT = 4,
};

/** Listens on a numeric address, IPv4 or IPv6; a descriptor or −errno (−EINVAL: no address). */
int32_t shim_open_listener(const char *ip, int32_t port, int32_t backlog, int32_t flags);

/**
 * Listens on a Unix socket, a path or `@` and an abstract name; a descriptor or −errno. The file
 * gets exactly these permissions, at once.
 */
int32_t shim_open_unix_listener(const char *path, int32_t mode, int32_t backlog);

/** 0 if somebody listens on the Unix socket, −ECONNREFUSED if nobody does any more, or −errno. */
int32_t shim_probe_unix(const char *path);

/**
 * Takes over a listening stream socket that was inherited: from now on it does not block and is
 * closed on exec. 0 or −errno: −EINVAL if it does not listen, −EPROTOTYPE if it is no stream,
 * −EAFNOSUPPORT if it is neither of the internet nor a Unix socket.
 */
int32_t shim_adopt_listener(int32_t descriptor);

/** What a listener is bound to, see `shim_format_address`; `*:80` is `[::]:80` for IPv4 as well. */
int32_t shim_listener_address(int32_t descriptor, char *text);

/** Gives an open listener what the flags say, but for V6_ONLY; 0 or −errno. */
int32_t shim_adjust_listener(int32_t descriptor, int32_t flags);

/** The port a listener is bound to (of use after asking for port 0), or −errno. */
int32_t shim_listener_port(int32_t descriptor);

#endif
