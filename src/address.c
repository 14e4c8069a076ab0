#include "address.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

socklen_t shim_parse_ip(const char *ip, uint16_t port, union shim_address *address) {
  memset(address, 0, sizeof *address); // all of it: an initializer need only reach one member
  if (inet_pton(AF_INET, ip, &address->v4.sin_addr) == 1) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    return sizeof address->v4;
  }
  if (inet_pton(AF_INET6, ip, &address->v6.sin6_addr) == 1) {
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(port);
    return sizeof address->v6;
  }
  return 0;
}

/** Digits only, 1 to 65535; 0 for anything else. */
static uint16_t parse_port(const char *text) {
  uint32_t port = 0;
  for (; *text >= '0' && *text <= '9' && port <= UINT16_MAX; text++) {
    port = port * 10 + (uint32_t)(*text - '0');
  }
  return *text == '\0' && port <= UINT16_MAX ? (uint16_t)port : 0;
}

socklen_t shim_parse_address(const char *text, union shim_address *address) {
  const char *colon = strrchr(text, ':');
  uint16_t port = colon == NULL ? 0 : parse_port(colon + 1);
  if (port == 0) {
    return 0;
  }
  bool bracketed = text[0] == '[' && colon[-1] == ']';
  const char *start = text + bracketed;
  ptrdiff_t length = colon - bracketed - start;
  char ip[INET6_ADDRSTRLEN];
  if (length < 0 || length >= (ptrdiff_t)sizeof ip) {
    return 0;
  }
  memcpy(ip, start, (size_t)length);
  ip[length] = '\0';
  socklen_t size = shim_parse_ip(ip, port, address);
  // An IPv6 address without brackets could end in what looks like a port, and the other way round.
  return (address->any.sa_family == AF_INET6) == bracketed ? size : 0;
}
