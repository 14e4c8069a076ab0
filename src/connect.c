// The import `connect`: the only way out, and only to where the host has granted.

#include "imports.h"
#include "result.h"
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

static const struct shim_target *find_target(const struct shim_instance *instance,
                                             const uint8_t *text, size_t length) {
  for (uint32_t i = 0; i < instance->target_count; i++) {
    const struct shim_target *target = &instance->targets[i];
    if (target->length == length && memcmp(target->text, text, length) == 0) {
      return target;
    }
  }
  return NULL;
}

/** Interrupted, it goes on by itself, like one that does not block: connect(2). */
static bool begins_to_connect(int descriptor, const struct shim_target *target) {
  int no_delay = 1;
  return setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay) == 0 &&
         (connect(descriptor, &target->address.any, target->address_length) == 0 ||
          errno == EINPROGRESS || errno == EINTR);
}

int32_t shim_connect(struct shim_instance *instance, int32_t address, int32_t length) {
  const uint8_t *text = shim_at(instance, address, length);
  if (text == NULL) {
    return -EFAULT;
  }
  const struct shim_target *target = find_target(instance, text, (size_t)length);
  if (target == NULL) {
    return -EACCES;
  }
  int family = target->address.any.sa_family;
  int descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor != -1 && !begins_to_connect(descriptor, target)) {
    int32_t cause = -errno;
    close(descriptor);
    return cause;
  }
  return shim_own(instance, descriptor);
}
