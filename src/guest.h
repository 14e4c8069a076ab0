// One guest as the host sees it.

#ifndef SHIM_GUEST_H
#define SHIM_GUEST_H

#include <node_api.h>

/**
 * createInstance(grants): `{ imports, bind(buffer), descriptors(), close() }`, or NULL and a
 * pending exception.
 */
napi_value shim_create_instance(napi_env env, napi_callback_info info);

#endif
