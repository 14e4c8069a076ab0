#include "user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>

/** Digits only; names of users do not look like that. */
static bool parse_id(const char *text, uint32_t *id) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  *id = (uint32_t)value;
  return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' && value < UINT32_MAX;
}

/** Not the reentrant calls: they ask for a buffer of a size that nobody knows. One thread calls. */
int32_t shim_find_user(const char *name, uid_t *uid, gid_t *gid) {
  uint32_t id;
  errno = 0;
  const struct passwd *entry = parse_id(name, &id) ? getpwuid(id) : getpwnam(name);
  if (entry == NULL) {
    return errno == 0 ? -ENOENT : -errno;
  }
  *uid = entry->pw_uid;
  *gid = entry->pw_gid;
  return 0;
}

int32_t shim_find_group(const char *name, gid_t *gid) {
  uint32_t id;
  if (parse_id(name, &id)) {
    *gid = id; // need not have a name
    return 0;
  }
  errno = 0;
  const struct group *entry = getgrnam(name);
  if (entry == NULL) {
    return errno == 0 ? -ENOENT : -errno;
  }
  *gid = entry->gr_gid;
  return 0;
}
