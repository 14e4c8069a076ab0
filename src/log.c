#include "log.h"

#include "imports.h"
#include "result.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_MODE = 0640 }; // addresses of clients are nobody else's business

static int open_again(const char *path, int flags) {
  int descriptor;
  SHIM_RETRY(descriptor,
             open(path, flags | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, LOG_MODE));
  return descriptor;
}

static int32_t open_standard_output(void) {
  struct stat facts;
  if (fstat(STDOUT_FILENO, &facts) == -1) {
    return -errno;
  }
  int access = fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE;
  if (access == O_RDONLY) {
    return -EBADF;
  }
  int descriptor = -1;
  if (!S_ISREG(facts.st_mode)) {
    descriptor = open_again("/proc/self/fd/1", O_WRONLY);
  }
  if (descriptor == -1) {
    descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  }
  return shim_result(descriptor);
}

int32_t shim_open_log(const char *path) {
  if (*path == '\0') {
    return open_standard_output();
  }
  int descriptor = open_again(path, O_WRONLY | O_CREAT);
  if (descriptor == -1 && errno == ENXIO) {
    descriptor = open_again(path, O_RDWR); // a FIFO that nobody reads yet: fifo(7)
  }
  return shim_result(descriptor);
}

int32_t shim_reopen_log(const char *path, int32_t descriptor) {
  int32_t fresh = shim_open_log(path);
  if (fresh < 0) {
    return fresh;
  }
  int result;
  SHIM_RETRY(result, dup3(fresh, descriptor, O_CLOEXEC));
  int32_t outcome = result == -1 ? -errno : 0;
  close(fresh);
  return outcome;
}

bool shim_describe_log(int32_t descriptor, struct shim_log *log) {
  struct stat facts;
  int flags = fcntl(descriptor, F_GETFL);
  if (flags == -1 || fstat(descriptor, &facts) == -1) {
    return false;
  }
  log->descriptor = descriptor;
  if (S_ISSOCK(facts.st_mode)) {
    log->way = SHIM_LOG_SEND;
  } else if (S_ISREG(facts.st_mode) || (flags & O_NONBLOCK) != 0) {
    log->way = SHIM_LOG_WRITE;
  } else {
    log->way = SHIM_LOG_POLL;
  }
  return true;
}

static bool is_regular(int descriptor) {
  struct stat facts;
  return fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
}

/** A pipe with room at all has room for PIPE_BUF bytes: pipe(7). */
static bool has_room(int descriptor) {
  struct pollfd output = {.fd = descriptor, .events = POLLOUT};
  return poll(&output, 1, 0) == 1;
}

/**
 * Writes only when there is room. All threads share the descriptor, and two of them would both see
 * the last room there is: so one at a time, and nobody waits for that either.
 */
static ssize_t write_where_room(int descriptor, const uint8_t *bytes, size_t length) {
  static atomic_flag is_taken = ATOMIC_FLAG_INIT;
  if (atomic_flag_test_and_set(&is_taken)) {
    errno = EAGAIN;
    return -1;
  }
  ssize_t written = -1;
  if (has_room(descriptor)) {
    SHIM_RETRY(written, write(descriptor, bytes, length));
  } else {
    errno = EAGAIN;
  }
  atomic_flag_clear(&is_taken);
  return written;
}

int32_t shim_write(struct shim_instance *instance, int32_t log, int32_t pointer, int32_t length) {
  if ((uint32_t)log >= instance->log_count) {
    return -EBADF;
  }
  const uint8_t *bytes = shim_at(instance, pointer, length);
  if (bytes == NULL) {
    return -EFAULT;
  }
  const struct shim_log *output = &instance->logs[log];
  if (length > PIPE_BUF && !is_regular(output->descriptor)) {
    return -EMSGSIZE;
  }
  ssize_t written;
  if (output->way == SHIM_LOG_POLL) {
    written = write_where_room(output->descriptor, bytes, (size_t)length);
  } else if (output->way == SHIM_LOG_SEND) {
    SHIM_RETRY(written,
               send(output->descriptor, bytes, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL));
  } else {
    SHIM_RETRY(written, write(output->descriptor, bytes, (size_t)length));
  }
  return shim_result(written);
}
