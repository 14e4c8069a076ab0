// Users and groups, as the system's databases have them (nsswitch.conf(5)).

#ifndef SHIM_USER_H
#define SHIM_USER_H

#include <stdint.h>
#include <sys/types.h>

/** Looks a user up by name or, if it is a number, by that; 0, −ENOENT or another −errno. */
int32_t shim_find_user(const char *name, uid_t *uid, gid_t *gid);

/** The same for a group. */
int32_t shim_find_group(const char *name, gid_t *gid);

#endif
