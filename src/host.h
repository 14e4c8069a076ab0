// The functions by which the host opens what it grants.

#ifndef SHIM_HOST_H
#define SHIM_HOST_H

#include "js.h"

enum { SHIM_HOST_FUNCTION_COUNT = 17 };

extern const struct shim_function shim_host_functions[SHIM_HOST_FUNCTION_COUNT];

#endif
