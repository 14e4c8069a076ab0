#include "listener.h"

#include "address.h"
#include "result.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
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

/** umask(2) is the whole process's: another thread's file could only get fewer permissions. */
static int bind_with_mode(int descriptor, const union shim_address *address, socklen_t length,
                          mode_t mode) {
  mode_t usual = umask(~mode & 0777);
  int result = bind(descriptor, &address->any, length);
  umask(usual);
  return result;
}

int32_t shim_open_unix_listener(const char *path, int32_t mode, int32_t backlog) {
  union shim_address address;
  socklen_t length = shim_parse_unix(path, &address);
  if (length == 0) {
    return -ENAMETOOLONG;
  }
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor != -1 && (bind_with_mode(descriptor, &address, length, (mode_t)mode) == -1 ||
                           listen(descriptor, backlog) == -1)) {
    int32_t cause = -errno;
    close(descriptor);
    return cause;
  }
  return shim_result(descriptor);
}

int32_t shim_probe_unix(const char *path) {
  union shim_address address;
  socklen_t length = shim_parse_unix(path, &address);
  if (length == 0) {
    return -ENAMETOOLONG;
  }
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor == -1) {
    return -errno;
  }
  // EAGAIN: somebody does, but the queue is full.
  bool alive = connect(descriptor, &address.any, length) == 0 || errno == EAGAIN;
  int32_t result = alive ? 0 : -errno;
  close(descriptor);
  return result;
}

static int get_option(int descriptor, int level, int option) {
  int value;
  socklen_t size = sizeof value;
  return getsockopt(descriptor, level, option, &value, &size) == -1 ? -1 : value;
}

int32_t shim_adopt_listener(int32_t descriptor) {
  int family = get_option(descriptor, SOL_SOCKET, SO_DOMAIN);
  if (family == -1) {
    return -errno;
  }
  if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) {
    return -EAFNOSUPPORT;
  }
  if (get_option(descriptor, SOL_SOCKET, SO_TYPE) != SOCK_STREAM) {
    return -EPROTOTYPE;
  }
  if (get_option(descriptor, SOL_SOCKET, SO_ACCEPTCONN) != 1) {
    return -EINVAL;
  }
  int flags = fcntl(descriptor, F_GETFL);
  bool adopted = flags != -1 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != -1 &&
                 fcntl(descriptor, F_SETFD, FD_CLOEXEC) != -1 &&
                 (family == AF_UNIX || set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1));
  return adopted ? 0 : -errno;
}

int32_t shim_listener_address(int32_t descriptor, char *text) {
  union shim_address address;
  socklen_t length = sizeof address;
  if (getsockname(descriptor, &address.any, &length) == -1) {
    return -errno;
  }
  if (address.any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&address.v6.sin6_addr) &&
      get_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY) == 0) {
    snprintf(text, SHIM_ADDRESS_TEXT_SIZE, "*:%d", ntohs(address.v6.sin6_port));
    return 0;
  }
  return shim_format_address(&address, length, text);
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
