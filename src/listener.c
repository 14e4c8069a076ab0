#include "listener.h"

#include "address.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <unistd.h>

/** How long the kernel waits for the first byte before it hands a connection over anyhow. */
enum { DEFER_SECONDS = 1 };

static bool set_option(int descriptor, int level, int option, int value) {
  return setsockopt(descriptor, level, option, &value, sizeof value) == 0;
}

/** What may change while a socket listens: others share its port if they and it say so. */
static bool set_flags(int descriptor, int32_t flags) {
  bool reuse_port = (flags & SHIM_LISTENER_REUSE_PORT) != 0;
  int defer_seconds = (flags & SHIM_LISTENER_DEFER_ACCEPT) != 0 ? DEFER_SECONDS : 0;
  return set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, reuse_port) &&
         set_option(descriptor, IPPROTO_TCP, TCP_DEFER_ACCEPT, defer_seconds);
}

/** Accepted sockets inherit TCP_NODELAY on Linux, which saves a call for each of them. */
static bool set_options(int descriptor, int family, int32_t flags) {
  bool v6_only = (flags & SHIM_LISTENER_V6_ONLY) != 0;
  return set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) &&
         set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1) && set_flags(descriptor, flags) &&
         (family != AF_INET6 || set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, v6_only));
}

int32_t shim_open_listener(const char *ip, int32_t port, int32_t backlog, int32_t flags) {
  union shim_address address;
  socklen_t length = shim_parse_ip(ip, (uint16_t)port, &address);
  if (length == 0 || port < 0 || port > UINT16_MAX) {
    return -EINVAL;
  }
  int descriptor = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor == -1) {
    return -errno;
  }
  if (!set_options(descriptor, address.any.sa_family, flags) ||
      bind(descriptor, &address.any, length) == -1 || listen(descriptor, backlog) == -1) {
    int32_t cause = -errno;
    close(descriptor);
    return cause;
  }
  return descriptor;
}

int32_t shim_adjust_listener(int32_t descriptor, int32_t flags) {
  return set_flags(descriptor, flags) ? 0 : -errno;
}

int32_t shim_listener_port(int32_t descriptor) {
  union shim_address address;
  socklen_t length = sizeof address;
  if (getsockname(descriptor, &address.any, &length) == -1) {
    return -errno;
  }
  switch (address.any.sa_family) {
  case AF_INET:
    return ntohs(address.v4.sin_port);
  case AF_INET6:
    return ntohs(address.v6.sin6_port);
  default:
    return -EAFNOSUPPORT;
  }
}
