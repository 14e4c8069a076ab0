// The imports of the group `epoll` that epoll(7) itself is made of, and the eventfd.

#include "imports.h"
#include "record.h"
#include "result.h"
#include <sys/eventfd.h>

int32_t shim_epoll_create1(struct shim_instance *instance, int32_t flags) {
  if (flags != 0) {
    return -EINVAL;
  }
  return shim_own(instance, epoll_create1(EPOLL_CLOEXEC));
}

int32_t shim_epoll_ctl(struct shim_instance *instance, int32_t epfd, int32_t op, int32_t fd,
                       int32_t events, int32_t token) {
  if (!shim_owns(instance, epfd) || !shim_may_watch(instance, fd)) {
    return -EBADF;
  }
  struct epoll_event event = {.events = (uint32_t)events, .data.u32 = (uint32_t)token};
  return shim_result(epoll_ctl(epfd, op, fd, &event));
}

/** `struct epoll_event` is packed on x86-64 only: what the guest reads is a record of our own. */
static void write_ready_list(uint8_t *ready, const struct epoll_event *events, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    shim_store32(ready, events[i].events);
    shim_store32(ready + 4, events[i].data.u32);
    ready += SHIM_READY_SIZE;
  }
}

int32_t shim_epoll_wait(struct shim_instance *instance, int32_t epfd, int32_t ready,
                        int32_t max_events, int32_t timeout_ms) {
  if (!shim_owns(instance, epfd)) {
    return -EBADF;
  }
  if (max_events < 1 || max_events > SHIM_MAX_EVENTS) {
    return -EINVAL;
  }
  // Before the wait: the kernel forgets an edge-triggered event once it has reported it.
  uint8_t *list = shim_at(instance, ready, max_events * SHIM_READY_SIZE);
  if (list == NULL) {
    return -EFAULT;
  }
  int count = epoll_wait(epfd, instance->ready, max_events, timeout_ms);
  if (count == -1) {
    return errno == EINTR ? 0 : -errno;
  }
  write_ready_list(list, instance->ready, count);
  return count;
}

int32_t shim_eventfd(struct shim_instance *instance) {
  return instance->eventfd;
}

int32_t shim_eventfd_read(struct shim_instance *instance, int32_t fd) {
  if (fd < 0 || fd != instance->eventfd) {
    return -EBADF;
  }
  eventfd_t count;
  int result;
  SHIM_RETRY(result, eventfd_read(fd, &count));
  return shim_result(result);
}
