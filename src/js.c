#include "js.h"

#include <string.h>

bool shim_expect(napi_env env, napi_status status, const char *complaint) {
  if (status == napi_ok) {
    return true;
  }
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) {
    napi_throw_type_error(env, NULL, complaint);
  }
  return false;
}

bool shim_get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values,
                        void **data) {
  napi_status status = napi_get_cb_info(env, info, &count, values, NULL, data);
  return shim_expect(env, status, "shim: arguments");
}

bool shim_get_text(napi_env env, napi_value value, char *text, size_t size, const char *complaint) {
  size_t length;
  napi_status status = napi_get_value_string_utf8(env, value, text, size, &length);
  if (status == napi_ok && strlen(text) != length) {
    status = napi_invalid_arg;
  }
  return shim_expect(env, status, complaint);
}
