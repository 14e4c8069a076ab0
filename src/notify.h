// Telling a service manager how we are: the datagrams of sd_notify(3).

#ifndef SHIM_NOTIFY_H
#define SHIM_NOTIFY_H

#include <stddef.h>
#include <stdint.h>

/** Sends one datagram to a Unix socket, a path or `@` and an abstract name; 0 or −errno. */
int32_t shim_notify(const char *path, const char *text, size_t length);

#endif
