// Numeric socket addresses: what the host listens on, and what a guest may connect to.

#ifndef SHIM_ADDRESS_H
#define SHIM_ADDRESS_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

union shim_address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_un local;
};

/** Fills in an IPv4 or IPv6 address without brackets; its length, or 0 if `ip` is none. */
socklen_t shim_parse_ip(const char *ip, uint16_t port, union shim_address *address);

/** The same for address and port as one text: `127.0.0.1:7788`, `[::1]:7788`. */
socklen_t shim_parse_address(const char *text, union shim_address *address);

/**
 * Fills in the address of a Unix socket, a path or `@` and an abstract name; its length, or 0 if
 * there is no room for it.
 */
socklen_t shim_parse_unix(const char *path, union shim_address *address);

enum { SHIM_ADDRESS_TEXT_SIZE = 128 };

/**
 * Writes an address as text: `127.0.0.1:80`, `[::1]:80`, `unix:/path`, `unix:@name`, or `unix:` for
 * a socket without a name. −EAFNOSUPPORT for an address of any other family.
 */
int32_t shim_format_address(const union shim_address *address, socklen_t length, char *text);

#endif
