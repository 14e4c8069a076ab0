// What the host grants an instance: listeners by address, addresses to connect to, roots and logs
// by number, one eventfd.

#ifndef SHIM_GRANTS_H
#define SHIM_GRANTS_H

#include "instance.h"
#include "js.h"

/**
 * Reads `{ listeners: [{ address, descriptor }], connect?: [address], roots: [descriptor],
 * logs?: [descriptor], eventfd, openat2? }` into an instance; false and a pending TypeError if it
 * is anything else. The descriptors stay the host's, which keeps them open for as long as the
 * instance lives.
 */
bool shim_read_grants(napi_env env, napi_value grants, struct shim_instance *instance);

#endif
