#include "beneath.h"

#include "result.h"
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// As in <linux/openat2.h>, which older systems lack and newer C libraries repeat in <fcntl.h>.
struct how {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};

enum { NO_MAGICLINKS = 0x02, BENEATH = 0x08 };

#ifndef SYS_openat2
#define SYS_openat2 437 // the same on every architecture that Node runs on
#endif

// O_NONBLOCK: a FIFO opens without a writer. It changes nothing for a regular file.
enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

bool shim_has_openat2(int root) {
  struct how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = BENEATH};
  long descriptor = syscall(SYS_openat2, root, ".", &how, sizeof how);
  if (descriptor != -1) {
    close((int)descriptor);
    return true;
  }
  return errno != ENOSYS && errno != EPERM; // EPERM is how older container runtimes say ENOSYS
}

int shim_open_beneath(int root, const char *path) {
  struct how how = {.flags = OPEN_FLAGS, .resolve = BENEATH | NO_MAGICLINKS};
  int descriptor;
  SHIM_RETRY(descriptor, (int)syscall(SYS_openat2, root, path, &how, sizeof how));
  return descriptor;
}

/** Opens one component; an empty one is the directory itself. */
static int step(int directory, const char *name, int flags) {
  if (strcmp(name, "..") == 0) {
    errno = EXDEV;
    return -1;
  }
  const char *component = *name == '\0' ? "." : name;
  int descriptor;
  SHIM_RETRY(descriptor, openat(directory, component, flags | O_NOFOLLOW));
  return descriptor;
}

/** Closes a directory on the way, and keeps errno. */
static void leave(int directory, int root) {
  if (directory != root) {
    int cause = errno;
    close(directory);
    errno = cause;
  }
}

int shim_walk_beneath(int root, char *path) {
  int directory = root;
  char *name = path;
  for (char *slash; (slash = strchr(name, '/')) != NULL; name = slash + 1) {
    *slash = '\0';
    int next = step(directory, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    leave(directory, root);
    if (next == -1) {
      return -1;
    }
    directory = next;
  }
  int descriptor = step(directory, name, OPEN_FLAGS);
  leave(directory, root);
  return descriptor;
}
