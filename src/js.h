// The little of Node-API that the host-facing functions share. They throw only for an argument of
// the wrong type, which is a mistake of the host's; whatever the system says is a result.

#ifndef SHIM_JS_H
#define SHIM_JS_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shim_function {
  const char *name;
  napi_callback callback;
};

/** Whether `status` is napi_ok; if not, an exception is pending: a TypeError with `complaint`. */
bool shim_expect(napi_env env, napi_status status, const char *complaint);

/** Reads `count` arguments, undefined where the caller gave fewer, and the data pointer. */
bool shim_get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values,
                        void **data);

/** Reads text without NUL; what `size` has no room for is cut off. */
bool shim_get_text(napi_env env, napi_value value, char *text, size_t size, const char *complaint);

/** A small integer is no allocation in V8, so this cannot fail. */
static inline napi_value shim_number(napi_env env, int32_t number) {
  napi_value value = NULL;
  napi_create_int32(env, number, &value);
  return value;
}

#endif
