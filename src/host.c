#include "host.h"

#include "address.h"
#include "listener.h"
#include "log.h"
#include "notify.h"
#include "result.h"
#include "user.h"
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
  IP_SIZE = 64,
  NAME_SIZE = 256,
  NOTICE_SIZE = 2048,
  PATH_SIZE = 4097
}; // room for a byte too many: the system call refuses it

/** Reads the one argument of a function that takes a descriptor. */
static bool get_descriptor(napi_env env, napi_callback_info info, int32_t *descriptor) {
  napi_value value;
  return shim_get_arguments(env, info, 1, &value, NULL) &&
         shim_expect(env, napi_get_value_int32(env, value, descriptor),
                     "descriptor must be a number");
}

/** Reads the one argument of a function that takes a path. */
static bool get_path(napi_env env, napi_callback_info info, char path[PATH_SIZE]) {
  napi_value value;
  return shim_get_arguments(env, info, 1, &value, NULL) &&
         shim_get_text(env, value, path, PATH_SIZE, "path must be a string without NUL");
}

/** openListener(ip, port, backlog, flags): descriptor or −errno. */
static napi_value open_listener(napi_env env, napi_callback_info info) {
  napi_value values[4];
  char ip[IP_SIZE];
  int32_t port, backlog, flags;
  bool valid =
      shim_get_arguments(env, info, 4, values, NULL) &&
      shim_get_text(env, values[0], ip, sizeof ip, "ip must be a string") &&
      shim_expect(env, napi_get_value_int32(env, values[1], &port), "port must be a number") &&
      shim_expect(env, napi_get_value_int32(env, values[2], &backlog),
                  "backlog must be a number") &&
      shim_expect(env, napi_get_value_int32(env, values[3], &flags), "flags must be a number");
  return valid ? shim_number(env, shim_open_listener(ip, port, backlog, flags)) : NULL;
}

/** openUnixListener(path, mode, backlog): descriptor or −errno. */
static napi_value open_unix_listener(napi_env env, napi_callback_info info) {
  napi_value values[3];
  char path[PATH_SIZE];
  int32_t mode, backlog;
  bool valid =
      shim_get_arguments(env, info, 3, values, NULL) &&
      shim_get_text(env, values[0], path, sizeof path, "path must be a string without NUL") &&
      shim_expect(env, napi_get_value_int32(env, values[1], &mode), "mode must be a number") &&
      shim_expect(env, napi_get_value_int32(env, values[2], &backlog), "backlog must be a number");
  return valid ? shim_number(env, shim_open_unix_listener(path, mode, backlog)) : NULL;
}

/** probeUnix(path): 0 or −errno. */
static napi_value probe_unix(napi_env env, napi_callback_info info) {
  char path[PATH_SIZE];
  bool valid = get_path(env, info, path);
  return valid ? shim_number(env, shim_probe_unix(path)) : NULL;
}

/** adoptListener(descriptor): 0 or −errno. */
static napi_value adopt_listener(napi_env env, napi_callback_info info) {
  int32_t descriptor;
  bool valid = get_descriptor(env, info, &descriptor);
  return valid ? shim_number(env, shim_adopt_listener(descriptor)) : NULL;
}

/** listenerAddress(descriptor): text, or −errno. */
static napi_value listener_address(napi_env env, napi_callback_info info) {
  int32_t descriptor;
  if (!get_descriptor(env, info, &descriptor)) {
    return NULL;
  }
  char text[SHIM_ADDRESS_TEXT_SIZE];
  int32_t result = shim_listener_address(descriptor, text);
  if (result < 0) {
    return shim_number(env, result);
  }
  napi_value value = NULL;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

/** adjustListener(descriptor, flags): 0 or −errno. */
static napi_value adjust_listener(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t descriptor, flags;
  bool valid =
      shim_get_arguments(env, info, 2, values, NULL) &&
      shim_expect(env, napi_get_value_int32(env, values[0], &descriptor),
                  "descriptor must be a number") &&
      shim_expect(env, napi_get_value_int32(env, values[1], &flags), "flags must be a number");
  return valid ? shim_number(env, shim_adjust_listener(descriptor, flags)) : NULL;
}

/** listenerPort(descriptor): port or −errno. */
static napi_value listener_port(napi_env env, napi_callback_info info) {
  int32_t descriptor;
  bool valid = get_descriptor(env, info, &descriptor);
  return valid ? shim_number(env, shim_listener_port(descriptor)) : NULL;
}

/** openRoot(path): descriptor of a directory or −errno. */
static napi_value open_root(napi_env env, napi_callback_info info) {
  char path[PATH_SIZE];
  if (!get_path(env, info, path)) {
    return NULL;
  }
  int descriptor;
  SHIM_RETRY(descriptor, open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return shim_number(env, shim_result(descriptor));
}

/** openLog(path): descriptor or −errno; "" is standard output. */
static napi_value open_log(napi_env env, napi_callback_info info) {
  char path[PATH_SIZE];
  bool valid = get_path(env, info, path);
  return valid ? shim_number(env, shim_open_log(path)) : NULL;
}

/** reopenLog(path, descriptor): 0 or −errno. */
static napi_value reopen_log(napi_env env, napi_callback_info info) {
  napi_value values[2];
  char path[PATH_SIZE];
  int32_t descriptor;
  bool valid =
      shim_get_arguments(env, info, 2, values, NULL) &&
      shim_get_text(env, values[0], path, sizeof path, "path must be a string without NUL") &&
      shim_expect(env, napi_get_value_int32(env, values[1], &descriptor),
                  "descriptor must be a number");
  return valid ? shim_number(env, shim_reopen_log(path, descriptor)) : NULL;
}

/** checkRoot(descriptor): 0, or −errno if this process may not list and search the directory. */
static napi_value check_root(napi_env env, napi_callback_info info) {
  int32_t descriptor;
  bool valid = get_descriptor(env, info, &descriptor);
  return valid ? shim_number(env, shim_result(faccessat(descriptor, ".", R_OK | X_OK, 0))) : NULL;
}

/** findUser(name): [uid, gid] or −errno. */
static napi_value find_user(napi_env env, napi_callback_info info) {
  napi_value value, ids, uid_value, gid_value;
  char name[NAME_SIZE];
  if (!shim_get_arguments(env, info, 1, &value, NULL) ||
      !shim_get_text(env, value, name, sizeof name, "name must be a string")) {
    return NULL;
  }
  uid_t uid;
  gid_t gid;
  int32_t result = shim_find_user(name, &uid, &gid);
  if (result < 0) {
    return shim_number(env, result);
  }
  bool made = napi_create_array_with_length(env, 2, &ids) == napi_ok &&
              napi_create_uint32(env, uid, &uid_value) == napi_ok &&
              napi_create_uint32(env, gid, &gid_value) == napi_ok &&
              napi_set_element(env, ids, 0, uid_value) == napi_ok &&
              napi_set_element(env, ids, 1, gid_value) == napi_ok;
  return made ? ids : NULL;
}

/** findGroup(name): gid or −errno; those above 2³¹ are doubles. */
static napi_value find_group(napi_env env, napi_callback_info info) {
  napi_value value;
  char name[NAME_SIZE];
  if (!shim_get_arguments(env, info, 1, &value, NULL) ||
      !shim_get_text(env, value, name, sizeof name, "name must be a string")) {
    return NULL;
  }
  gid_t gid;
  int32_t result = shim_find_group(name, &gid);
  if (result < 0) {
    return shim_number(env, result);
  }
  napi_value number = NULL;
  napi_create_uint32(env, gid, &number);
  return number;
}

/** notify(path, text): 0 or −errno. */
static napi_value notify(napi_env env, napi_callback_info info) {
  napi_value values[2];
  char path[PATH_SIZE], text[NOTICE_SIZE];
  bool valid =
      shim_get_arguments(env, info, 2, values, NULL) &&
      shim_get_text(env, values[0], path, sizeof path, "path must be a string without NUL") &&
      shim_get_text(env, values[1], text, sizeof text, "text must be a string without NUL");
  return valid ? shim_number(env, shim_notify(path, text, strlen(text))) : NULL;
}

/** openEventfd(): descriptor or −errno. */
static napi_value open_eventfd(napi_env env, napi_callback_info info) {
  (void)info;
  return shim_number(env, shim_result(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)));
}

/** wake(eventfd): 0 or −errno. */
static napi_value wake(napi_env env, napi_callback_info info) {
  int32_t descriptor;
  if (!get_descriptor(env, info, &descriptor)) {
    return NULL;
  }
  return shim_number(env, eventfd_write(descriptor, 1) == -1 ? -errno : 0);
}

/** closeDescriptor(descriptor): 0 or −errno. */
static napi_value close_descriptor(napi_env env, napi_callback_info info) {
  int32_t descriptor;
  bool valid = get_descriptor(env, info, &descriptor);
  return valid ? shim_number(env, shim_result(close(descriptor))) : NULL;
}

const struct shim_function shim_host_functions[SHIM_HOST_FUNCTION_COUNT] = {
    {"openListener", open_listener},
    {"openUnixListener", open_unix_listener},
    {"probeUnix", probe_unix},
    {"adoptListener", adopt_listener},
    {"listenerAddress", listener_address},
    {"adjustListener", adjust_listener},
    {"listenerPort", listener_port},
    {"openRoot", open_root},
    {"openLog", open_log},
    {"reopenLog", reopen_log},
    {"checkRoot", check_root},
    {"findUser", find_user},
    {"findGroup", find_group},
    {"notify", notify},
    {"openEventfd", open_eventfd},
    {"wake", wake},
    {"closeDescriptor", close_descriptor},
};
