/*
 * The load: HTTP clients that ask over and over, and can pause.
 *
 *   load PORT CONNECTIONS AT_ONCE STATUS FILE
 *
 * FILE holds requests, one behind the other, each ended by an empty line; the connections take them
 * in turn, AT_ONCE at a time, and ask again when they have had all answers. Each line on standard
 * input is a number of milliseconds to do so. Then nothing more is asked, every answer that is on
 * its way is read to its end, and one line is printed:
 *
 *   REQUESTS NANOSECONDS P99 ERRORS
 *
 * P99 is in nanoseconds, from sending to the end of the last answer. Between the lines connections
 * stay open and silent; one that the server has closed meanwhile is opened again. After an answer
 * with "Connection: close" the next request goes out on a new connection. An answer of another
 * status, what is no answer, and one that does not come are errors. Ends with standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_EVENTS = 512, MAX_LATENCIES = 1 << 20 };
enum { HEAD_SIZE = 8192, INPUT_SIZE = 262144, PATIENCE_MS = 10000 };

typedef struct {
  int fd;
  int answers_due;
  int is_last; /* the server closes it after this answer */
  int64_t asked_at;
  size_t content_left; /* of the answer whose head has been read */
  size_t head_length;  /* of a head that has not come whole */
  char head[HEAD_SIZE];
} connection;

typedef struct {
  const char *text;
  size_t length;
} request;

static struct sockaddr_in server = {.sin_family = AF_INET};
static int ep, connection_count, at_once, status;
static connection *connections;

static request *requests;
static size_t request_count, next_request;

static int64_t ends; /* of the time to ask */
static uint64_t answered, errors;
static int waiting; /* connections with answers due, or about to be asked on */

static uint32_t latencies[MAX_LATENCIES]; /* of this time, in nanoseconds; the first ones */
static size_t latency_count;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Each chain of AT_ONCE requests in turn becomes one text to send. */
static void read_requests(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END))
    die(path);
  size_t length = ftell(file), count = 0;
  char *text = malloc(length + 1), *at;
  rewind(file);
  if (!text || fread(text, 1, length, file) != length)
    die(path);
  fclose(file);
  text[length] = 0;
  for (at = text; (at = strstr(at, "\r\n\r\n")); at += 4)
    count++;
  if (count == 0 || count % at_once)
    fprintf(stderr, "%s: %zu requests, %d at once\n", path, count, at_once), exit(2);
  requests = calloc(count / at_once, sizeof *requests);
  if (!requests)
    die("calloc");
  for (at = text; request_count < count / at_once; request_count++) {
    const char *start = at;
    for (int i = 0; i < at_once; i++)
      at = strstr(at, "\r\n\r\n") + 4;
    requests[request_count] = (request){start, at - start};
  }
}

static void watch(connection *c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(ep, operation, c->fd, &event))
    die("epoll_ctl");
}

static void send_requests(connection *c) {
  const request *r = &requests[next_request];
  next_request = (next_request + 1) % request_count;
  c->answers_due = at_once;
  c->asked_at = now();
  /* A socket that cannot take them whole has failed, and recv will tell. */
  if (send(c->fd, r->text, r->length, MSG_NOSIGNAL) != (ssize_t)r->length)
    shutdown(c->fd, SHUT_RDWR);
}

/* A new connection, whose requests go out when it is writable. */
static void open_connection(connection *c) {
  int one = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0)
    die("socket");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(c->fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS)
    die("connect");
  c->answers_due = c->is_last = 0;
  c->content_left = c->head_length = 0;
  watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void close_connection(connection *c) {
  close(c->fd);
  c->fd = -1;
}

/* All its answers are there, or it has failed. */
static void ask_again(connection *c) {
  waiting--;
  if (c->is_last && c->fd >= 0)
    close_connection(c);
  if (now() >= ends)
    return;
  waiting++;
  if (c->fd < 0)
    open_connection(c);
  else
    send_requests(c);
}

static void fail(connection *c) {
  errors++;
  close_connection(c);
  ask_again(c);
}

/* Reads a head, which ends with an empty line. Returns the length of its content, -1: unknown. */
static ssize_t read_head(connection *c, const char *head, const char *end) {
  static const char length[] = "content-length:", close[] = "connection: close\r\n";
  int code = end - head > 12 && !memcmp(head, "HTTP/1.1 ", 9) ? atoi(head + 9) : 0;
  ssize_t content = code == 304 ? 0 : -1;
  for (const char *line = head; line < end; line = (char *)memchr(line, '\n', end - line) + 1) {
    if ((*line | 0x20) != 'c')
      continue;
    if (content < 0 && !strncasecmp(line, length, sizeof length - 1))
      content = strtoul(line + sizeof length - 1, NULL, 10);
    else if (!strncasecmp(line, close, sizeof close - 1))
      c->is_last = 1;
  }
  if (code == 0 || content < 0)
    return -1;
  errors += code != status;
  return content;
}

/* One more answer has been read to its end. Returns 0 if it was the last that is due. */
static int count_answer(connection *c) {
  answered++;
  if (--c->answers_due > 0)
    return 1;
  int64_t latency = now() - c->asked_at;
  if (latency_count < MAX_LATENCIES)
    latencies[latency_count++] = latency < UINT32_MAX ? latency : UINT32_MAX;
  return 0;
}

/* Takes answers from input[0, length). Returns 0 when all are there, -1 for what is no answer. */
static int read_answers(connection *c, const char *input, size_t length) {
  for (;;) {
    size_t part = c->content_left < length ? c->content_left : length;
    input += part, length -= part;
    if (c->content_left && (c->content_left -= part) == 0 && !count_answer(c))
      return length ? -1 : 0;
    if (length == 0)
      return 1;
    const char *end = memmem(input, length, "\r\n\r\n", 4);
    if (!end) {
      if (length >= HEAD_SIZE)
        return -1;
      memcpy(c->head, input, c->head_length = length);
      return 1;
    }
    ssize_t content = read_head(c, input, end + 2);
    if (content < 0)
      return -1;
    length -= end + 4 - input, input = end + 4;
    c->content_left = content;
    if (content == 0 && !count_answer(c))
      return length ? -1 : 0;
  }
}

static void receive(connection *c) {
  static char input[HEAD_SIZE + INPUT_SIZE];
  size_t had = c->head_length;
  memcpy(input, c->head, had);
  c->head_length = 0;
  ssize_t length = recv(c->fd, input + had, INPUT_SIZE, 0);
  if (c->answers_due == 0) { /* closed while others are still waited for, or one too many */
    errors += length > 0;
    return close_connection(c);
  }
  int more = length > 0 ? read_answers(c, input, had + length) : -1;
  if (more < 0)
    fail(c);
  else if (!more)
    ask_again(c);
}

static void handle(connection *c, uint32_t events) {
  if (!(events & EPOLLOUT))
    return receive(c);
  watch(c, EPOLL_CTL_MOD, EPOLLIN);
  if (events & (EPOLLERR | EPOLLHUP))
    return fail(c);
  send_requests(c);
}

/* Nothing to read means that the server has not closed it. */
static int is_open(const connection *c) {
  char byte;
  return c->fd >= 0 && recv(c->fd, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN;
}

static void begin(connection *c) {
  waiting++;
  if (is_open(c))
    return send_requests(c);
  if (c->fd >= 0)
    close_connection(c);
  open_connection(c);
}

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Nothing has come for so long that nothing will: all begin anew. */
static void give_up(void) {
  errors += waiting;
  waiting = 0;
  for (int i = 0; i < connection_count; i++)
    if (connections[i].fd >= 0)
      close_connection(&connections[i]);
}

static void run(int milliseconds) {
  struct epoll_event ready[MAX_EVENTS];
  int64_t began = now();
  answered = errors = latency_count = 0;
  ends = began + milliseconds * INT64_C(1000000);
  for (int i = 0; i < connection_count; i++)
    begin(&connections[i]);
  while (waiting > 0) {
    int count = epoll_wait(ep, ready, MAX_EVENTS, PATIENCE_MS);
    if (count < 0 && errno != EINTR)
      die("epoll_wait");
    if (count == 0)
      give_up();
    for (int i = 0; i < count; i++)
      handle(ready[i].data.ptr, ready[i].events);
  }
  int64_t took = now() - began;
  qsort(latencies, latency_count, sizeof *latencies, compare);
  uint32_t p99 = latency_count ? latencies[latency_count * 99 / 100] : 0;
  printf("%" PRIu64 " %" PRId64 " %" PRIu32 " %" PRIu64 "\n", answered, took, p99, errors);
  fflush(stdout);
}

int main(int argc, char **argv) {
  char line[64];
  if (argc != 6)
    return fprintf(stderr, "usage: load PORT CONNECTIONS AT_ONCE STATUS FILE\n"), 2;
  server.sin_port = htons(atoi(argv[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connection_count = atoi(argv[2]);
  at_once = atoi(argv[3]);
  status = atoi(argv[4]);
  read_requests(argv[5]);
  connections = calloc(connection_count, sizeof *connections);
  ep = epoll_create1(EPOLL_CLOEXEC);
  if (!connections || ep < 0)
    die("epoll_create1");
  for (int i = 0; i < connection_count; i++)
    connections[i].fd = -1;
  while (fgets(line, sizeof line, stdin))
    run(atoi(line));
}
