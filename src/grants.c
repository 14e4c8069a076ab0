#include "grants.h"

#include "beneath.h"
#include <stdlib.h>
#include <string.h>

static bool get_number(napi_env env, napi_value object, const char *name, int32_t *number,
                       const char *complaint) {
  napi_value value;
  return shim_expect(env, napi_get_named_property(env, object, name, &value), complaint) &&
         shim_expect(env, napi_get_value_int32(env, value, number), complaint);
}

/** Gets the array `name` and makes room for its elements, at least one. */
static bool get_array(napi_env env, napi_value grants, const char *name, size_t element_size,
                      napi_value *array, uint32_t *length, void **room, const char *complaint) {
  if (!shim_expect(env, napi_get_named_property(env, grants, name, array), complaint) ||
      !shim_expect(env, napi_get_array_length(env, *array, length), complaint)) {
    return false;
  }
  *room = calloc((size_t)*length + 1, element_size);
  return shim_expect(env, *room == NULL ? napi_generic_failure : napi_ok, "out of memory");
}

/** Copies a string into memory of its own; `length` leaves out the NUL at its end. */
static bool copy_text(napi_env env, napi_value value, char **text, size_t *length,
                      const char *complaint) {
  if (!shim_expect(env, napi_get_value_string_utf8(env, value, NULL, 0, length), complaint)) {
    return false;
  }
  *text = malloc(*length + 1);
  return shim_expect(env, *text == NULL ? napi_generic_failure : napi_ok, "out of memory") &&
         shim_expect(env, napi_get_value_string_utf8(env, value, *text, *length + 1, length),
                     complaint);
}

static bool read_address(napi_env env, napi_value listener, struct shim_listener *out) {
  static const char complaint[] = "grants.listeners: address must be a string";
  napi_value value;
  return shim_expect(env, napi_get_named_property(env, listener, "address", &value), complaint) &&
         copy_text(env, value, &out->address, &out->length, complaint);
}

static bool read_listeners(napi_env env, napi_value grants, struct shim_instance *instance) {
  napi_value array, element;
  uint32_t length;
  void *room;
  if (!get_array(env, grants, "listeners", sizeof *instance->listeners, &array, &length, &room,
                 "grants.listeners must be an array")) {
    return false;
  }
  instance->listeners = room;
  instance->listener_count = length; // those not read yet are all zero: fit to be freed
  for (uint32_t i = 0; i < length; i++) {
    struct shim_listener *listener = &instance->listeners[i];
    if (!shim_expect(env, napi_get_element(env, array, i, &element), "grants.listeners") ||
        !read_address(env, element, listener) ||
        !get_number(env, element, "descriptor", &listener->descriptor,
                    "grants.listeners: descriptor must be a number")) {
      return false;
    }
  }
  return true;
}

static bool read_target(napi_env env, napi_value value, struct shim_target *out) {
  static const char complaint[] = "grants.connect: must be numeric addresses with a port";
  if (!copy_text(env, value, &out->text, &out->length, complaint)) {
    return false;
  }
  out->address_length = shim_parse_address(out->text, &out->address);
  bool valid = out->address_length != 0 && strlen(out->text) == out->length;
  return shim_expect(env, valid ? napi_ok : napi_invalid_arg, complaint);
}

/** Like `get_array`, for a grant that may be left out: that is an empty array. */
static bool get_optional_array(napi_env env, napi_value grants, const char *name,
                               size_t element_size, napi_value *array, uint32_t *length,
                               void **room, const char *complaint) {
  bool given;
  *length = 0;
  *room = NULL;
  return shim_expect(env, napi_has_named_property(env, grants, name, &given), complaint) &&
         (!given || get_array(env, grants, name, element_size, array, length, room, complaint));
}

static bool read_targets(napi_env env, napi_value grants, struct shim_instance *instance) {
  napi_value array, element;
  uint32_t length;
  void *room;
  if (!get_optional_array(env, grants, "connect", sizeof *instance->targets, &array, &length, &room,
                          "grants.connect must be an array")) {
    return false;
  }
  instance->targets = room;
  instance->target_count = length;
  for (uint32_t i = 0; i < length; i++) {
    if (!shim_expect(env, napi_get_element(env, array, i, &element), "grants.connect") ||
        !read_target(env, element, &instance->targets[i])) {
      return false;
    }
  }
  return true;
}

static bool read_logs(napi_env env, napi_value grants, struct shim_instance *instance) {
  static const char complaint[] = "grants.logs must be an array of descriptors";
  napi_value array, element;
  uint32_t length;
  void *room;
  if (!get_optional_array(env, grants, "logs", sizeof *instance->logs, &array, &length, &room,
                          complaint)) {
    return false;
  }
  instance->logs = room;
  for (uint32_t i = 0; i < length; i++) {
    int32_t descriptor;
    if (!shim_expect(env, napi_get_element(env, array, i, &element), complaint) ||
        !shim_expect(env, napi_get_value_int32(env, element, &descriptor), complaint)) {
      return false;
    }
    bool valid = shim_describe_log(descriptor, &instance->logs[i]);
    if (!shim_expect(env, valid ? napi_ok : napi_invalid_arg, complaint)) {
      return false;
    }
    instance->log_count = i + 1;
  }
  return true;
}

static bool read_roots(napi_env env, napi_value grants, struct shim_instance *instance) {
  static const char complaint[] = "grants.roots must be an array of numbers";
  napi_value array, element;
  uint32_t length;
  void *room;
  if (!get_array(env, grants, "roots", sizeof *instance->roots, &array, &length, &room,
                 complaint)) {
    return false;
  }
  instance->roots = room;
  instance->root_count = length;
  for (uint32_t i = 0; i < length; i++) {
    if (!shim_expect(env, napi_get_element(env, array, i, &element), complaint) ||
        !shim_expect(env, napi_get_value_int32(env, element, &instance->roots[i]), complaint)) {
      return false;
    }
  }
  return true;
}

/** `openat2: false` asks for the walk even where the kernel has better. */
static bool read_openat2(napi_env env, napi_value grants, struct shim_instance *instance) {
  static const char complaint[] = "grants.openat2 must be a boolean";
  bool given, wanted = true;
  napi_value value;
  if (!shim_expect(env, napi_has_named_property(env, grants, "openat2", &given), complaint)) {
    return false;
  }
  if (given &&
      (!shim_expect(env, napi_get_named_property(env, grants, "openat2", &value), complaint) ||
       !shim_expect(env, napi_get_value_bool(env, value, &wanted), complaint))) {
    return false;
  }
  instance->has_openat2 =
      wanted && instance->root_count > 0 && shim_has_openat2(instance->roots[0]);
  return true;
}

bool shim_read_grants(napi_env env, napi_value grants, struct shim_instance *instance) {
  return read_listeners(env, grants, instance) && read_targets(env, grants, instance) &&
         read_roots(env, grants, instance) && read_logs(env, grants, instance) &&
         get_number(env, grants, "eventfd", &instance->eventfd,
                    "grants.eventfd must be a number") &&
         read_openat2(env, grants, instance);
}
