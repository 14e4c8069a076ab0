// The imports of the group `socket`, but for `connect`: connect.c. The host's listeners do not
// block, and accept4 makes sockets that do not: no call here waits.

#include "imports.h"
#include "offset.h"
#include "record.h"
#include "result.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_VECTORS = 64, MAX_SENDS = 64 };

static const struct shim_listener *find_listener(const struct shim_instance *instance,
                                                 const uint8_t *address, size_t length) {
  for (uint32_t i = 0; i < instance->listener_count; i++) {
    const struct shim_listener *listener = &instance->listeners[i];
    if (listener->length == length && memcmp(listener->address, address, length) == 0) {
      return listener;
    }
  }
  return NULL;
}

/** The guest gets a duplicate: the host's own outlives it, and with it the queue of connections. */
int32_t shim_listen(struct shim_instance *instance, int32_t address, int32_t length,
                    int32_t backlog) {
  const uint8_t *text = shim_at(instance, address, length);
  if (text == NULL) {
    return -EFAULT;
  }
  const struct shim_listener *listener = find_listener(instance, text, (size_t)length);
  if (listener == NULL) {
    return -EACCES;
  }
  if (listen(listener->descriptor, backlog) == -1) {
    return -errno;
  }
  return shim_own(instance, fcntl(listener->descriptor, F_DUPFD_CLOEXEC, 0));
}

static void write_peer(uint8_t *peer, const struct sockaddr_storage *address) {
  memset(peer, 0, SHIM_PEER_SIZE);
  shim_store16(peer, address->ss_family);
  if (address->ss_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    shim_store16(peer + 2, ntohs(v4->sin_port));
    memcpy(peer + 4, &v4->sin_addr, sizeof v4->sin_addr);
  } else if (address->ss_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    shim_store16(peer + 2, ntohs(v6->sin6_port));
    memcpy(peer + 4, &v6->sin6_addr, sizeof v6->sin6_addr);
  }
}

int32_t shim_accept4(struct shim_instance *instance, int32_t fd, int32_t peer) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  uint8_t *record = shim_at(instance, peer, SHIM_PEER_SIZE);
  if (peer != 0 && record == NULL) {
    return -EFAULT;
  }
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  // Without a record the kernel need not look the address up.
  struct sockaddr *wanted = peer == 0 ? NULL : (struct sockaddr *)&address;
  int descriptor;
  SHIM_RETRY(descriptor,
             accept4(fd, wanted, peer == 0 ? NULL : &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  int32_t result = shim_own(instance, descriptor);
  if (result >= 0 && peer != 0) {
    write_peer(record, &address);
  }
  return result;
}

int32_t shim_recv(struct shim_instance *instance, int32_t fd, int32_t buffer, int32_t length) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  uint8_t *bytes = shim_at(instance, buffer, length);
  if (bytes == NULL) {
    return -EFAULT;
  }
  ssize_t received;
  SHIM_RETRY(received, recv(fd, bytes, (size_t)length, 0));
  return shim_result(received);
}

int32_t shim_send(struct shim_instance *instance, int32_t fd, int32_t buffer, int32_t length,
                  int32_t flags) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  if ((flags & ~MSG_MORE) != 0) {
    return -EINVAL;
  }
  const uint8_t *bytes = shim_at(instance, buffer, length);
  if (bytes == NULL) {
    return -EFAULT;
  }
  ssize_t sent;
  SHIM_RETRY(sent, send(fd, bytes, (size_t)length, flags | MSG_NOSIGNAL));
  return shim_result(sent);
}

/** Turns the guest's vectors into the kernel's; false if one of them lies outside the memory. */
static bool read_vectors(const struct shim_instance *instance, const uint8_t *vectors,
                         int32_t count, struct iovec *out) {
  for (int32_t i = 0; i < count; i++) {
    const uint8_t *vector = vectors + i * SHIM_VECTOR_SIZE;
    int32_t length = (int32_t)shim_load32(vector + 4);
    out[i].iov_base = shim_at(instance, (int32_t)shim_load32(vector), length);
    out[i].iov_len = (size_t)length;
    if (out[i].iov_base == NULL) {
      return false;
    }
  }
  return true;
}

int32_t shim_sendv(struct shim_instance *instance, int32_t fd, int32_t vectors, int32_t count,
                   int32_t flags) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  if (count < 0 || count > MAX_VECTORS || (flags & ~MSG_MORE) != 0) {
    return -EINVAL;
  }
  struct iovec iov[MAX_VECTORS];
  const uint8_t *list = shim_at(instance, vectors, count * SHIM_VECTOR_SIZE);
  if (list == NULL || !read_vectors(instance, list, count, iov)) {
    return -EFAULT;
  }
  struct msghdr message = {.msg_iov = iov, .msg_iovlen = (size_t)count};
  ssize_t sent;
  SHIM_RETRY(sent, sendmsg(fd, &message, flags | MSG_NOSIGNAL));
  return shim_result(sent);
}

/** Each record is a send of its own: the next is made whatever becomes of one. */
int32_t shim_send_each(struct shim_instance *instance, int32_t sends, int32_t count) {
  if (count < 0 || count > MAX_SENDS) {
    return -EINVAL;
  }
  uint8_t *record = shim_at(instance, sends, count * SHIM_SEND_SIZE);
  if (record == NULL) {
    return -EFAULT;
  }
  for (int32_t i = 0; i < count; i++, record += SHIM_SEND_SIZE) {
    int32_t result =
        shim_send(instance, (int32_t)shim_load32(record), (int32_t)shim_load32(record + 4),
                  (int32_t)shim_load32(record + 8), 0);
    shim_store32(record + 12, (uint32_t)result);
  }
  return 0;
}

/** Has no MSG_NOSIGNAL: the process must ignore SIGPIPE, as Node does from its start. */
int32_t shim_sendfile(struct shim_instance *instance, int32_t out, int32_t in, double offset,
                      int32_t count) {
  if (!shim_owns(instance, out) || !shim_owns(instance, in)) {
    return -EBADF;
  }
  off_t position;
  if (count < 0 || !shim_offset(offset, &position)) {
    return -EINVAL;
  }
  ssize_t sent;
  SHIM_RETRY(sent, sendfile(out, in, &position, (size_t)count));
  return shim_result(sent);
}

/** TCP_CORK: tcp(7). A Unix socket has no such option: -EOPNOTSUPP. */
int32_t shim_cork(struct shim_instance *instance, int32_t fd, int32_t is_corked) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  if (is_corked != 0 && is_corked != 1) {
    return -EINVAL;
  }
  return shim_result(setsockopt(fd, IPPROTO_TCP, TCP_CORK, &is_corked, sizeof is_corked));
}

int32_t shim_shutdown(struct shim_instance *instance, int32_t fd, int32_t how) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  return shim_result(shutdown(fd, how));
}

int32_t shim_close(struct shim_instance *instance, int32_t fd) {
  if (!shim_owns(instance, fd)) {
    return -EBADF;
  }
  // Forgotten first: once closed, the number may be another thread's.
  shim_descriptors_remove(&instance->owned, fd);
  // Linux closes the descriptor even when a signal interrupts it: close(2), NOTES.
  return close(fd) == -1 && errno != EINTR ? -errno : 0;
}
