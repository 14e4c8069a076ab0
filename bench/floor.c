/*
 * The floor: what a static answer costs with plain epoll and nothing else.
 *
 *   floor PORT FILE [keep | close | 404 | 304]
 *
 * One thread, one listener on loopback, level-triggered epoll, one receive buffer. FILE is read
 * once, a head like that of a real static server is put before it, and every request gets these
 * same bytes: requests are not parsed, only counted by their empty lines, and the requests of one
 * recv are answered by one send. With "close" each answer ends its connection; with "404" the
 * answer is that and two words, with "304" a head alone. This is not a web server; it is the lower
 * bound that real ones are measured against.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_EVENTS = 512, MAX_FDS = 65536, MAX_COPIES = 64, INPUT_SIZE = 65536 };

static char input[INPUT_SIZE];
static unsigned char matched[MAX_FDS]; /* bytes of CRLFCRLF seen at the end of the last recv */
static char *answers;                  /* MAX_COPIES copies of the answer, one after the other */
static size_t answer_length;
static int close_each;

static void die(const char *what) {
  perror(what);
  exit(1);
}

/* Writes the answer, which has the page as its content if it is a 200, and returns its length. */
static size_t write_answer(char *answer, size_t size, const char *kind, const char *page,
                           size_t page_length) {
  char date[64];
  time_t now = time(NULL);
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
  if (!strcmp(kind, "404"))
    return snprintf(answer, size,
                    "HTTP/1.1 404 Not Found\r\nServer: floor\r\nDate: %s\r\n"
                    "Content-Type: text/plain\r\nContent-Length: 9\r\n\r\nnot found",
                    date);
  if (!strcmp(kind, "304"))
    return snprintf(answer, size,
                    "HTTP/1.1 304 Not Modified\r\nServer: floor\r\nDate: %s\r\n"
                    "Last-Modified: %s\r\nETag: \"1a2b3c4d-%zx\"\r\n\r\n",
                    date, date, page_length);
  int head_length = snprintf(
      answer, size,
      "HTTP/1.1 200 OK\r\nServer: floor\r\nDate: %s\r\nContent-Type: text/html; charset=utf-8\r\n"
      "Content-Length: %zu\r\nLast-Modified: %s\r\nETag: \"1a2b3c4d-%zx\"\r\n"
      "Accept-Ranges: bytes\r\nCache-Control: no-cache\r\n%s\r\n",
      date, page_length, date, page_length, close_each ? "Connection: close\r\n" : "");
  memcpy(answer + head_length, page, page_length);
  return head_length + page_length;
}

static void prepare_answers(const char *path, const char *kind) {
  static char page[1 << 20], answer[sizeof page + 512];
  FILE *file = fopen(path, "rb");
  if (!file)
    die(path);
  size_t length = fread(page, 1, sizeof page, file);
  fclose(file);
  answer_length = write_answer(answer, sizeof answer, kind, page, length);
  answers = malloc(answer_length * MAX_COPIES);
  if (!answers)
    die("malloc");
  for (int i = 0; i < MAX_COPIES; i++)
    memcpy(answers + i * answer_length, answer, answer_length);
}

/* Counts the heads that end in input[0, length); one may have begun in an earlier recv. */
static int count_heads(unsigned char *state, size_t length) {
  static const char end[] = "\r\n\r\n";
  const char *at = input, *stop = input + length;
  int heads = 0, seen = *state;
  while (seen && at < stop) {
    if (*at == end[seen]) {
      at++;
      if (++seen == 4)
        heads++, seen = 0;
    } else {
      seen = 0;
    }
  }
  const char *hit;
  while ((hit = memmem(at, stop - at, end, 4)))
    heads++, at = hit + 4;
  if (!seen) {
    seen = stop - at < 3 ? stop - at : 3;
    while (seen && memcmp(stop - seen, end, seen))
      seen--;
  }
  *state = seen;
  return heads;
}

/* Returns 0 when the connection is over. */
static int serve(int fd) {
  ssize_t length = recv(fd, input, sizeof input, 0);
  if (length <= 0)
    return 0;
  int heads = count_heads(&matched[fd], length);
  while (heads > 0) {
    int copies = close_each ? 1 : heads < MAX_COPIES ? heads : MAX_COPIES;
    ssize_t sent = send(fd, answers, copies * answer_length, MSG_NOSIGNAL);
    /* A full socket buffer ends the connection, and the load reports it as an error. */
    if (sent != (ssize_t)(copies * answer_length) || close_each)
      return 0;
    heads -= copies;
  }
  return 1;
}

static void accept_all(int ep, int listener) {
  int fd, one = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    if (fd >= MAX_FDS) {
      close(fd);
      continue;
    }
    matched[fd] = 0;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event))
      die("epoll_ctl");
  }
}

static int open_listener(int port) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&address, sizeof address))
    die("bind");
  if (listen(fd, 511))
    die("listen");
  return fd;
}

int main(int argc, char **argv) {
  if (argc < 3)
    return fprintf(stderr, "usage: floor PORT FILE [keep | close | 404 | 304]\n"), 2;
  const char *kind = argc > 3 ? argv[3] : "keep";
  close_each = !strcmp(kind, "close");
  prepare_answers(argv[2], kind);
  int listener = open_listener(atoi(argv[1])), ep = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[MAX_EVENTS];
  if (ep < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, listener, &event))
    die("epoll");
  for (;;) {
    int count = epoll_wait(ep, ready, MAX_EVENTS, -1);
    for (int i = 0; i < count; i++) {
      int fd = ready[i].data.fd;
      if (fd == listener)
        accept_all(ep, listener);
      else if (!serve(fd))
        close(fd);
    }
  }
}
