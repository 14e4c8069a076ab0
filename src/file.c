// The imports of the group `file`, but for `write`: log.c.

#include "beneath.h"
#include "imports.h"
#include "offset.h"
#include "record.h"
#include "result.h"
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LIMIT = 4096 }; // PATH_MAX of Linux, which counts the terminating NUL

/** Copies a path out of linear memory and terminates it; 0 or −errno. */
static int32_t read_path(const uint8_t *bytes, int32_t length, char *path) {
  if (length >= PATH_LIMIT) {
    return -ENAMETOOLONG;
  }
  if (length == 0 || bytes[0] == '/' || memchr(bytes, '\0', (size_t)length) != NULL) {
    return -EINVAL;
  }
  memcpy(path, bytes, (size_t)length);
  path[length] = '\0';
  return 0;
}

int32_t shim_openat2(struct shim_instance *instance, int32_t root, int32_t path, int32_t length) {
  if ((uint32_t)root >= instance->root_count) {
    return -EBADF;
  }
  const uint8_t *bytes = shim_at(instance, path, length);
  if (bytes == NULL) {
    return -EFAULT;
  }
  char relative[PATH_LIMIT];
  int32_t fault = read_path(bytes, length, relative);
  if (fault != 0) {
    return fault;
  }
  int directory = instance->roots[root];
  if (!instance->has_openat2) {
    return shim_own(instance, shim_walk_beneath(directory, relative));
  }
  return shim_own(instance, shim_open_beneath(directory, relative));
}

static void write_stat(uint8_t *record, const struct stat *facts) {
  shim_store64(record, facts->st_dev);
  shim_store64(record + 8, facts->st_ino);
  shim_store_double(record + 16, (double)facts->st_size);
  shim_store_double(record + 24, (double)facts->st_mtim.tv_sec);
  shim_store32(record + 32, (uint32_t)facts->st_mtim.tv_nsec);
  shim_store32(record + 36, facts->st_mode);
  const struct timespec *changed = &facts->st_ctim;
  shim_store64(record + 40, (uint64_t)changed->tv_sec * 1000000000 + (uint64_t)changed->tv_nsec);
}

int32_t shim_fstat(struct shim_instance *instance, int32_t fd, int32_t stat) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  uint8_t *record = shim_at(instance, stat, SHIM_STAT_SIZE);
  if (record == NULL) {
    return -EFAULT;
  }
  struct stat facts;
  if (fstat(fd, &facts) == -1) {
    return -errno;
  }
  write_stat(record, &facts);
  return 0;
}

int32_t shim_pread(struct shim_instance *instance, int32_t fd, int32_t buffer, int32_t length,
                   double offset) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  off_t position;
  if (!shim_offset(offset, &position)) {
    return -EINVAL;
  }
  uint8_t *bytes = shim_at(instance, buffer, length);
  if (bytes == NULL) {
    return -EFAULT;
  }
  ssize_t read;
  SHIM_RETRY(read, pread(fd, bytes, (size_t)length, position));
  return shim_result(read);
}
