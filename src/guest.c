#include "guest.h"

#include "grants.h"
#include "imports_js.h"
#include <stdlib.h>

/** An instance, and what keeps it and its memory alive. */
struct guest {
  struct shim_instance instance;
  napi_ref buffer;  // strong: the base address is good for as long as we hold it
  uint32_t holders; // functions that carry a pointer to this record
};

static void unbind(napi_env env, struct guest *guest) {
  if (guest->buffer != NULL) {
    napi_delete_reference(env, guest->buffer);
    guest->buffer = NULL;
  }
}

/** The last holder to go closes the instance: imports may outlive the object they came from. */
static void release(napi_env env, void *data, void *hint) {
  (void)hint;
  struct guest *guest = data;
  if (--guest->holders == 0) {
    shim_instance_close(&guest->instance);
    unbind(env, guest);
    free(guest);
  }
}

/** Adds a function that receives `data` and holds the guest until it is collected. */
static bool add_function(napi_env env, napi_value object, struct guest *guest,
                         const struct shim_function *function, void *data) {
  static const char complaint[] = "createInstance: cannot make a function";
  napi_value value;
  if (!shim_expect(env,
                   napi_create_function(env, function->name, NAPI_AUTO_LENGTH, function->callback,
                                        data, &value),
                   complaint) ||
      !shim_expect(env, napi_add_finalizer(env, value, guest, release, NULL, NULL), complaint)) {
    return false;
  }
  guest->holders++;
  return shim_expect(env, napi_set_named_property(env, object, function->name, value), complaint);
}

static bool add_object(napi_env env, napi_value parent, const char *name, napi_value *object) {
  static const char complaint[] = "createInstance: cannot make an object";
  return shim_expect(env, napi_create_object(env, object), complaint) &&
         shim_expect(env, napi_set_named_property(env, parent, name, *object), complaint);
}

static bool add_imports(napi_env env, napi_value object, struct guest *guest) {
  napi_value imports, group;
  if (!add_object(env, object, "imports", &imports)) {
    return false;
  }
  for (size_t g = 0; g < SHIM_GROUP_COUNT; g++) {
    if (!add_object(env, imports, shim_groups[g].name, &group)) {
      return false;
    }
    for (size_t f = 0; f < shim_groups[g].count; f++) {
      if (!add_function(env, group, guest, &shim_groups[g].functions[f], &guest->instance)) {
        return false;
      }
    }
  }
  return true;
}

/** Gets the bytes of an ArrayBuffer that is one, and has not been detached. */
static bool get_bytes(napi_env env, napi_value buffer, void **base, size_t *size) {
  static const char complaint[] = "bind: buffer must be an ArrayBuffer in use";
  bool detached = true;
  return shim_expect(env, napi_get_arraybuffer_info(env, buffer, base, size), complaint) &&
         shim_expect(env, napi_is_detached_arraybuffer(env, buffer, &detached), complaint) &&
         shim_expect(env, detached ? napi_invalid_arg : napi_ok, complaint);
}

/**
 * bind(buffer): false if the memory has moved since it was bound last.
 *
 * Hazard: a memory that grows detaches its buffer, and our reference then keeps nothing alive. V8
 * grows in place, within the address space it has reserved; only where that is limited (ulimit -v)
 * may it move. So memory grows before the first call of an import, and is bound again after it.
 */
static napi_value bind_memory(napi_env env, napi_callback_info info) {
  napi_value buffer, result = NULL;
  void *data, *base;
  size_t size;
  napi_ref reference;
  if (!shim_get_arguments(env, info, 1, &buffer, &data) || !get_bytes(env, buffer, &base, &size) ||
      !shim_expect(env, napi_create_reference(env, buffer, 1, &reference), "bind: no reference")) {
    return NULL;
  }
  struct guest *guest = data;
  struct shim_instance *instance = &guest->instance;
  bool stayed = instance->memory == NULL || instance->memory == base;
  unbind(env, guest);
  guest->buffer = reference;
  instance->memory = base;
  instance->memory_size = size;
  napi_get_boolean(env, stayed, &result);
  return result;
}

/** descriptors(): how many the guest owns. */
static napi_value descriptors(napi_env env, napi_callback_info info) {
  void *data;
  if (!shim_get_arguments(env, info, 0, NULL, &data)) {
    return NULL;
  }
  struct guest *guest = data;
  return shim_number(env, (int32_t)guest->instance.owned.size);
}

/** close(): closes what the guest owns; its imports answer −EBADF from now on. */
static napi_value close_guest(napi_env env, napi_callback_info info) {
  void *data;
  if (shim_get_arguments(env, info, 0, NULL, &data)) {
    struct guest *guest = data;
    shim_instance_close(&guest->instance);
    unbind(env, guest);
  }
  return NULL;
}

static bool add_methods(napi_env env, napi_value object, struct guest *guest) {
  static const struct shim_function methods[] = {
      {"bind", bind_memory}, {"descriptors", descriptors}, {"close", close_guest}};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    if (!add_function(env, object, guest, &methods[i], guest)) {
      return false;
    }
  }
  return true;
}

napi_value shim_create_instance(napi_env env, napi_callback_info info) {
  napi_value grants, object;
  struct guest *guest = calloc(1, sizeof *guest);
  if (!shim_expect(env, guest == NULL ? napi_generic_failure : napi_ok, "out of memory")) {
    return NULL;
  }
  guest->holders = 1; // this function, until it returns
  bool made = shim_get_arguments(env, info, 1, &grants, NULL) &&
              shim_read_grants(env, grants, &guest->instance) &&
              shim_expect(env, napi_create_object(env, &object), "createInstance") &&
              add_imports(env, object, guest) && add_methods(env, object, guest);
  release(env, guest, NULL);
  return made ? object : NULL;
}
