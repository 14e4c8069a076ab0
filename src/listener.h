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

/** Gives an open listener what the flags say, but for V6_ONLY; 0 or −errno. */
int32_t shim_adjust_listener(int32_t descriptor, int32_t flags);

/** The port a listener is bound to (of use after asking for port 0), or −errno. */
int32_t shim_listener_port(int32_t descriptor);

#endif
