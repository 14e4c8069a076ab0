// Opening files beneath a directory, and nowhere else.

#ifndef SHIM_BENEATH_H
#define SHIM_BENEATH_H

#include <stdbool.h>

/** Whether openat2(2) can be called: Linux ≥ 5.6, and no seccomp filter in the way. */
bool shim_has_openat2(int root);

/**
 * Opens `path` read-only for as long as it stays beneath `root`. Answers a descriptor or −1 and
 * errno: EXDEV for a path that leaves the root, ELOOP for a magic link (/proc/self/cwd).
 */
int shim_open_beneath(int root, const char *path);

/**
 * The same where the kernel has no openat2, and stricter: "..", and every symbolic link, is
 * refused (EXDEV; ELOOP at the end of the path, ENOTDIR before it). Takes `path` apart.
 */
int shim_walk_beneath(int root, char *path);

#endif
