// Logs: files, pipes and terminals that the guest may append to and that never make it wait.

#ifndef SHIM_LOG_H
#define SHIM_LOG_H

#include <stdbool.h>
#include <stdint.h>

/** How to write to a log without waiting. */
enum shim_log_way {
  SHIM_LOG_WRITE, // it does not block: a regular file, or O_NONBLOCK
  SHIM_LOG_SEND,  // a socket, whoever else has it
  SHIM_LOG_POLL,  // none of these: only when poll(2) says that it has room
};

struct shim_log {
  int descriptor;
  enum shim_log_way way;
};

/**
 * Opens a log to append to, or creates it; an empty path is standard output. A descriptor, or
 * −errno. The description is our own and does not block, but for standard output that cannot be
 * opened a second time (a socket, a pipe of another user), or may not be (a regular file, whose
 * offset is shared with all who have it): those are duplicated.
 */
int32_t shim_open_log(const char *path);

/** Opens the path anew under the same descriptor, which stays what it was if that fails. */
int32_t shim_reopen_log(const char *path, int32_t descriptor);

/** Finds out how to write to `descriptor`; false if it is none. */
bool shim_describe_log(int32_t descriptor, struct shim_log *log);

#endif
