// What one instance of the guest may touch: its memory, its descriptors and what it was granted.
// Nothing here knows JavaScript: guest.c ties an instance to the engine.

#ifndef SHIM_INSTANCE_H
#define SHIM_INSTANCE_H

#include "address.h"
#include "descriptors.h"
#include "log.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

enum { SHIM_MAX_EVENTS = 4096 };

/** A listener the host keeps open, under the address by which the guest asks for it. */
struct shim_listener {
  char *address;
  size_t length; // without the NUL at its end
  int descriptor;
};

/** Where the guest may connect to, under the address by which it asks. */
struct shim_target {
  char *text;
  size_t length; // without the NUL at its end
  union shim_address address;
  socklen_t address_length;
};

struct shim_instance {
  uint8_t *memory; // base of linear memory, NULL until it is bound
  uint64_t memory_size;
  struct shim_descriptors owned; // everything the guest has opened; none of what was granted
  struct shim_listener *listeners;
  uint32_t listener_count;
  struct shim_target *targets;
  uint32_t target_count;
  int *roots;
  uint32_t root_count;
  struct shim_log *logs;
  uint32_t log_count;
  int eventfd;
  bool has_openat2;
  bool closed;
  struct epoll_event ready[SHIM_MAX_EVENTS]; // where epoll_wait(2) writes
};

/**
 * The bytes [pointer, pointer + length) of linear memory, or NULL if one of them lies outside it.
 * Addresses are unsigned; a length of 2³¹ or more is outside any memory.
 */
static inline uint8_t *shim_at(const struct shim_instance *instance, int32_t pointer,
                               int32_t length) {
  uint64_t start = (uint32_t)pointer;
  bool inside = length >= 0 && start + (uint64_t)length <= instance->memory_size;
  return inside && instance->memory != NULL ? instance->memory + start : NULL;
}

/** Whether the guest obtained `descriptor` and has not closed it. */
static inline bool shim_owns(const struct shim_instance *instance, int32_t descriptor) {
  return shim_descriptors_has(&instance->owned, descriptor);
}

/** Whether the guest may wait for `descriptor`: its own ones, and the eventfd. */
static inline bool shim_may_watch(const struct shim_instance *instance, int32_t descriptor) {
  return shim_owns(instance, descriptor) || (descriptor >= 0 && descriptor == instance->eventfd);
}

/** Makes a descriptor fresh from the kernel the guest's; −1 becomes −errno. */
int32_t shim_own(struct shim_instance *instance, int descriptor);

/** Closes what the guest owns and drops what it was granted, for good. Repeating it is harmless. */
void shim_instance_close(struct shim_instance *instance);

#endif
