// The border itself: numbers in, one number out. This is the hot path of the server; it allocates
// nothing and calls Node-API once for the arguments, once for each of them, once for the result.

#include "imports_js.h"

#include "imports.h"
#include <errno.h>

enum { MOST_ARGUMENTS = 5, NO_OFFSET = -1 };

struct arguments {
  int32_t i32[MOST_ARGUMENTS];
  double offset;
};

/**
 * Reads `count` arguments, all i32 but the one numbered `offset_index`. From WebAssembly they are
 * numbers and complete. From elsewhere, what is no number reads as −1, which names no descriptor,
 * no memory and no offset.
 */
static inline struct shim_instance *read_arguments(napi_env env, napi_callback_info info, int count,
                                                   int offset_index, struct arguments *arguments) {
  napi_value values[MOST_ARGUMENTS];
  size_t room = MOST_ARGUMENTS;
  void *instance = NULL;
  napi_get_cb_info(env, info, &room, values, NULL, &instance);
  for (int i = 0; i < count; i++) {
    if (i == offset_index) {
      arguments->offset = -1;
      napi_get_value_double(env, values[i], &arguments->offset);
    } else {
      arguments->i32[i] = -1;
      napi_get_value_int32(env, values[i], &arguments->i32[i]);
    }
  }
  return instance;
}

// Defines `name`_import, which reads its arguments into `a` and answers what `call` does.
#define IMPORT_WITH_OFFSET(name, count, offset_index, call)                                        \
  static napi_value name##_import(napi_env env, napi_callback_info info) {                         \
    struct arguments a;                                                                            \
    struct shim_instance *instance = read_arguments(env, info, count, offset_index, &a);           \
    return shim_number(env, instance->closed ? -EBADF : (call));                                   \
  }
#define IMPORT(name, count, call) IMPORT_WITH_OFFSET(name, count, NO_OFFSET, call)

// clang-format off
IMPORT(epoll_create1, 1, shim_epoll_create1(instance, a.i32[0]))
IMPORT(epoll_ctl, 5, shim_epoll_ctl(instance, a.i32[0], a.i32[1], a.i32[2], a.i32[3], a.i32[4]))
IMPORT(epoll_wait, 4, shim_epoll_wait(instance, a.i32[0], a.i32[1], a.i32[2], a.i32[3]))
IMPORT(poll, 3, shim_poll(instance, a.i32[0], a.i32[1], a.i32[2]))
IMPORT(select, 4, shim_select(instance, a.i32[0], a.i32[1], a.i32[2], a.i32[3]))
IMPORT(eventfd, 0, shim_eventfd(instance))
IMPORT(eventfd_read, 1, shim_eventfd_read(instance, a.i32[0]))
IMPORT(listen, 3, shim_listen(instance, a.i32[0], a.i32[1], a.i32[2]))
IMPORT(connect, 2, shim_connect(instance, a.i32[0], a.i32[1]))
IMPORT(accept4, 2, shim_accept4(instance, a.i32[0], a.i32[1]))
IMPORT(recv, 3, shim_recv(instance, a.i32[0], a.i32[1], a.i32[2]))
IMPORT(send, 4, shim_send(instance, a.i32[0], a.i32[1], a.i32[2], a.i32[3]))
IMPORT(sendv, 4, shim_sendv(instance, a.i32[0], a.i32[1], a.i32[2], a.i32[3]))
IMPORT(send_each, 2, shim_send_each(instance, a.i32[0], a.i32[1]))
IMPORT_WITH_OFFSET(sendfile, 4, 2, shim_sendfile(instance, a.i32[0], a.i32[1], a.offset, a.i32[3]))
IMPORT(cork, 2, shim_cork(instance, a.i32[0], a.i32[1]))
IMPORT(shutdown, 2, shim_shutdown(instance, a.i32[0], a.i32[1]))
IMPORT(close, 1, shim_close(instance, a.i32[0]))
IMPORT(openat2, 3, shim_openat2(instance, a.i32[0], a.i32[1], a.i32[2]))
IMPORT(fstat, 2, shim_fstat(instance, a.i32[0], a.i32[1]))
IMPORT_WITH_OFFSET(pread, 4, 3, shim_pread(instance, a.i32[0], a.i32[1], a.i32[2], a.offset))
IMPORT(write, 3, shim_write(instance, a.i32[0], a.i32[1], a.i32[2]))
// clang-format on

static const struct shim_function epoll_functions[] = {
    {"epoll_create1", epoll_create1_import},
    {"epoll_ctl", epoll_ctl_import},
    {"epoll_wait", epoll_wait_import},
    {"poll", poll_import},
    {"select", select_import},
    {"eventfd", eventfd_import},
    {"eventfd_read", eventfd_read_import},
};

static const struct shim_function socket_functions[] = {
    {"listen", listen_import},       {"connect", connect_import},   {"accept4", accept4_import},
    {"recv", recv_import},           {"send", send_import},         {"sendv", sendv_import},
    {"send_each", send_each_import}, {"sendfile", sendfile_import}, {"cork", cork_import},
    {"shutdown", shutdown_import},   {"close", close_import},
};

static const struct shim_function file_functions[] = {
    {"openat2", openat2_import},
    {"fstat", fstat_import},
    {"pread", pread_import},
    {"write", write_import},
};

#define GROUP(name)                                                                                \
  { #name, name##_functions, sizeof name##_functions / sizeof *name##_functions }

const struct shim_group shim_groups[SHIM_GROUP_COUNT] = {GROUP(epoll), GROUP(socket), GROUP(file)};
