// The addon: what `process.dlopen` of build/shim.node gives. It keeps no state of its own, so that
// every worker thread can load it.

#include "guest.h"
#include "host.h"

static bool add_function(napi_env env, napi_value exports, const struct shim_function *function) {
  napi_value value;
  return napi_create_function(env, function->name, NAPI_AUTO_LENGTH, function->callback, NULL,
                              &value) == napi_ok &&
         napi_set_named_property(env, exports, function->name, value) == napi_ok;
}

NAPI_MODULE_INIT() {
  static const struct shim_function create_instance = {"createInstance", shim_create_instance};
  bool made = add_function(env, exports, &create_instance);
  for (size_t i = 0; i < SHIM_HOST_FUNCTION_COUNT; i++) {
    made = made && add_function(env, exports, &shim_host_functions[i]);
  }
  return made ? exports : NULL;
}
