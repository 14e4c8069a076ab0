// The imports of the group `epoll` that scan: poll(2) and select(2). What they wait for is told
// anew with every call, so every descriptor is checked with every call.

#include "imports.h"
#include "record.h"
#include "result.h"
#include <poll.h>
#include <sys/select.h>

_Static_assert(sizeof(struct pollfd) == SHIM_POLL_SIZE, "the kernel's record is ours");
_Static_assert(sizeof(fd_set) == SHIM_FD_SET_SIZE, "the kernel's set is ours");

enum { MAX_POLL_COUNT = INT32_MAX / SHIM_POLL_SIZE, FD_SET_WORDS = SHIM_FD_SET_SIZE / 8 };

/** The wait policy of all three: a signal makes the turn go on with nothing ready. */
static int32_t ready_count(int count) {
  return count == -1 && errno == EINTR ? 0 : shim_result(count);
}

int32_t shim_poll(struct shim_instance *instance, int32_t fds, int32_t count, int32_t timeout_ms) {
  if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) {
    return -ENOSYS; // the records are little-endian, and the kernel reads them where they lie
  }
  if (count < 0 || count > MAX_POLL_COUNT) {
    return -EINVAL;
  }
  uint8_t *records = shim_at(instance, fds, count * SHIM_POLL_SIZE);
  if (records == NULL) {
    return -EFAULT;
  }
  for (int32_t i = 0; i < count; i++) {
    int32_t fd = (int32_t)shim_load32(records + i * SHIM_POLL_SIZE);
    if (fd >= 0 && !shim_may_watch(instance, fd)) {
      return -EBADF;
    }
  }
  // Not copied: no other thread has this memory, so the kernel sees what was checked.
  return ready_count(poll((struct pollfd *)(void *)records, (nfds_t)count, timeout_ms));
}

/** Whether the guest may watch every descriptor of `words`, 64 of them in each. */
static bool may_watch_all(const struct shim_instance *instance, const uint64_t *words) {
  for (uint32_t i = 0; i < FD_SET_WORDS; i++) {
    uint64_t own = i < instance->owned.word_count ? instance->owned.words[i] : 0;
    if (instance->eventfd >= 0 && (uint32_t)instance->eventfd / 64 == i) {
      own |= UINT64_C(1) << ((uint32_t)instance->eventfd % 64);
    }
    if ((words[i] & ~own) != 0) {
      return false;
    }
  }
  return true;
}

/** Reads the descriptors below `nfds` of a set in linear memory. */
static void read_set(uint64_t *words, const uint8_t *bytes, int32_t nfds) {
  for (int32_t i = 0; i < FD_SET_WORDS; i++) {
    int32_t bits = nfds - i * 64;
    uint64_t mask = bits >= 64 ? UINT64_MAX : bits > 0 ? (UINT64_C(1) << bits) - 1 : 0;
    words[i] = shim_load64(bytes + i * 8) & mask;
  }
}

static void write_set(uint8_t *bytes, const uint64_t *words) {
  for (int32_t i = 0; i < FD_SET_WORDS; i++) {
    shim_store64(bytes + i * 8, words[i]);
  }
}

int32_t shim_select(struct shim_instance *instance, int32_t nfds, int32_t readfds, int32_t writefds,
                    int32_t timeout_ms) {
  if (nfds < 0 || nfds > FD_SETSIZE) {
    return -EINVAL;
  }
  uint8_t *read_bytes = shim_at(instance, readfds, SHIM_FD_SET_SIZE);
  uint8_t *write_bytes = shim_at(instance, writefds, SHIM_FD_SET_SIZE);
  if (read_bytes == NULL || write_bytes == NULL) {
    return -EFAULT;
  }
  union {
    uint64_t words[FD_SET_WORDS];
    fd_set set;
  } reads, writes;
  read_set(reads.words, read_bytes, nfds);
  read_set(writes.words, write_bytes, nfds);
  if (!may_watch_all(instance, reads.words) || !may_watch_all(instance, writes.words)) {
    return -EBADF;
  }
  struct timeval timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
  int count = select(nfds, &reads.set, &writes.set, NULL, timeout_ms < 0 ? NULL : &timeout);
  if (count == -1) {
    return ready_count(count); // the sets are as they were, which is no answer: they stay unwritten
  }
  write_set(read_bytes, reads.words);
  write_set(write_bytes, writes.words);
  return count;
}
