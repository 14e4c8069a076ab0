// The imports of the guest, in the order of docs/abi.md, which is their specification.
//
// Each is one system call between checks; send_each is as many as it has records. The checks come
// in one order: the descriptor (−EBADF), the values (−EINVAL), the memory (−EFAULT). A result ≥ 0
// is a result, one < 0 is −errno.

#ifndef SHIM_IMPORTS_H
#define SHIM_IMPORTS_H

#include "instance.h"

int32_t shim_epoll_create1(struct shim_instance *instance, int32_t flags);
int32_t shim_epoll_ctl(struct shim_instance *instance, int32_t epfd, int32_t op, int32_t fd,
                       int32_t events, int32_t token);
int32_t shim_epoll_wait(struct shim_instance *instance, int32_t epfd, int32_t ready,
                        int32_t max_events, int32_t timeout_ms);
int32_t shim_poll(struct shim_instance *instance, int32_t fds, int32_t count, int32_t timeout_ms);
int32_t shim_select(struct shim_instance *instance, int32_t nfds, int32_t readfds, int32_t writefds,
                    int32_t timeout_ms);
int32_t shim_eventfd(struct shim_instance *instance);
int32_t shim_eventfd_read(struct shim_instance *instance, int32_t fd);

int32_t shim_listen(struct shim_instance *instance, int32_t address, int32_t length,
                    int32_t backlog);
int32_t shim_connect(struct shim_instance *instance, int32_t address, int32_t length);
int32_t shim_accept4(struct shim_instance *instance, int32_t fd, int32_t peer);
int32_t shim_recv(struct shim_instance *instance, int32_t fd, int32_t buffer, int32_t length);
int32_t shim_send(struct shim_instance *instance, int32_t fd, int32_t buffer, int32_t length,
                  int32_t flags);
int32_t shim_sendv(struct shim_instance *instance, int32_t fd, int32_t vectors, int32_t count,
                   int32_t flags);
int32_t shim_send_each(struct shim_instance *instance, int32_t sends, int32_t count);
int32_t shim_sendfile(struct shim_instance *instance, int32_t out, int32_t in, double offset,
                      int32_t count);
int32_t shim_cork(struct shim_instance *instance, int32_t fd, int32_t is_corked);
int32_t shim_shutdown(struct shim_instance *instance, int32_t fd, int32_t how);
int32_t shim_close(struct shim_instance *instance, int32_t fd);

int32_t shim_openat2(struct shim_instance *instance, int32_t root, int32_t path, int32_t length);
int32_t shim_fstat(struct shim_instance *instance, int32_t fd, int32_t stat);
int32_t shim_pread(struct shim_instance *instance, int32_t fd, int32_t buffer, int32_t length,
                   double offset);
int32_t shim_write(struct shim_instance *instance, int32_t log, int32_t pointer, int32_t length);

#endif
