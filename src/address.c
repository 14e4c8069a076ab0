#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
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

socklen_t shim_parse_unix(const char *path, union shim_address *address) {
  size_t length = strlen(path);
  bool is_abstract = path[0] == '@';
  size_t room = sizeof address->local.sun_path - !is_abstract; // a path ends with a NUL
  if (length == 0 || length > room) {
    return 0;
  }
  memset(address, 0, sizeof *address);
  address->local.sun_family = AF_UNIX;
  memcpy(address->local.sun_path, path, length);
  size_t size = offsetof(struct sockaddr_un, sun_path) + length;
  if (is_abstract) {
    address->local.sun_path[0] = '\0';
  }
  return (socklen_t)(size + !is_abstract);
}

static void format_unix(const struct sockaddr_un *local, size_t length, char *text) {
  size_t before = offsetof(struct sockaddr_un, sun_path);
  size_t size = length > before ? length - before : 0;
  bool is_abstract = size > 0 && local->sun_path[0] == '\0';
  snprintf(text, SHIM_ADDRESS_TEXT_SIZE, "unix:%s%.*s", is_abstract ? "@" : "",
           (int)(size - is_abstract), local->sun_path + is_abstract);
}

int32_t shim_format_address(const union shim_address *address, socklen_t length, char *text) {
  char ip[INET6_ADDRSTRLEN] = "";
  switch (address->any.sa_family) {
  case AF_INET:
    inet_ntop(AF_INET, &address->v4.sin_addr, ip, sizeof ip);
    snprintf(text, SHIM_ADDRESS_TEXT_SIZE, "%s:%d", ip, ntohs(address->v4.sin_port));
    return 0;
  case AF_INET6:
    inet_ntop(AF_INET6, &address->v6.sin6_addr, ip, sizeof ip);
    snprintf(text, SHIM_ADDRESS_TEXT_SIZE, "[%s]:%d", ip, ntohs(address->v6.sin6_port));
    return 0;
  case AF_UNIX:
    format_unix(&address->local, length, text);
    return 0;
  default:
    return -EAFNOSUPPORT;
  }
}
