// How system calls answer: a result, or −errno (the numbers of Linux, docs/abi.md).

#ifndef SHIM_RESULT_H
#define SHIM_RESULT_H

#include <errno.h>
#include <stdint.h>
#include <sys/types.h>

/** The result of a system call as the guest sees it. No call here asks for more than 2³¹−1 bytes.
 */
static inline int32_t shim_result(ssize_t result) {
  return result == -1 ? -errno : (int32_t)result;
}

/** Makes a call again for as long as a signal interrupts it (signal(7)). */
#define SHIM_RETRY(result, call)                                                                   \
  do {                                                                                             \
    (result) = (call);                                                                             \
  } while ((result) == -1 && errno == EINTR)

#endif
