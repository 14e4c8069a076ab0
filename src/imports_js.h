// The imports as JavaScript functions. Their data pointer is the struct shim_instance.

#ifndef SHIM_IMPORTS_JS_H
#define SHIM_IMPORTS_JS_H

#include "js.h"

struct shim_group {
  const char *name;
  const struct shim_function *functions;
  size_t count;
};

enum { SHIM_GROUP_COUNT = 3 };

extern const struct shim_group shim_groups[SHIM_GROUP_COUNT];

#endif
