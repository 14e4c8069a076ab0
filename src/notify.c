#include "notify.h"

#include "address.h"
#include "result.h"
#include <unistd.h>

int32_t shim_notify(const char *path, const char *text, size_t length) {
  union shim_address address;
  socklen_t size = shim_parse_unix(path, &address);
  if (size == 0) {
    return -ENAMETOOLONG;
  }
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor == -1) {
    return -errno;
  }
  ssize_t sent;
  SHIM_RETRY(sent, sendto(descriptor, text, length, MSG_NOSIGNAL, &address.any, size));
  int32_t result = sent == -1 ? -errno : 0;
  close(descriptor);
  return result;
}
