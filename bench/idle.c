/*
 * Idle keep-alive connections: clients that have had one answer each and then say nothing.
 *
 *   idle PORT PATH COUNT
 *
 * Opens COUNT connections to 127.0.0.1:PORT, 64 at a time, so that no queue overflows; on each it
 * sends one request and reads the whole answer. Then it prints "ready COUNT" and waits for the end
 * of standard input, looks at how many of the connections are still open, prints "held NUMBER", and
 * closes them by ending. Ports of one address would run out, so every 4,000 connections come from
 * the next address of 127.0.0.2 and following.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PER_ADDRESS = 4000, TOGETHER = 64, ANSWER_SIZE = 65536, TIMEOUT_SECONDS = 10 };

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit))
    die("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_connection(int port, int number) {
  struct sockaddr_in from = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + number / PER_ADDRESS)};
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    die("socket");
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  if (bind(fd, (struct sockaddr *)&from, sizeof from))
    die("bind");
  if (connect(fd, (struct sockaddr *)&to, sizeof to))
    die("connect");
  return fd;
}

/* Length of the answer that begins in input, or 0 if its head has not come yet. */
static size_t answer_length(const char *input) {
  const char *end = strstr(input, "\r\n\r\n"), *field = strcasestr(input, "\r\nContent-Length:");
  if (!end)
    return 0;
  if (!field || field > end) {
    fprintf(stderr, "an answer has no Content-Length\n");
    exit(1);
  }
  return end + 4 - input + strtoul(field + strlen("\r\nContent-Length:"), NULL, 10);
}

static void ask(int fd, const char *request) {
  if (send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
    die("send");
}

static void read_answer(int fd) {
  static char input[ANSWER_SIZE + 1];
  size_t got = 0, wanted = 0;
  while (!wanted || got < wanted) {
    ssize_t length = recv(fd, input + got, ANSWER_SIZE - got, 0);
    if (length <= 0) {
      fprintf(stderr, "no whole answer: %s\n", length ? strerror(errno) : "connection closed");
      exit(1);
    }
    input[got += length] = 0;
    if (!wanted)
      wanted = answer_length(input);
  }
  if (strncmp(input, "HTTP/1.1 200 ", 13) || got != wanted) {
    fprintf(stderr, "wrong answer: %.40s\n", input);
    exit(1);
  }
}

/* Nothing to read means that the other side has not closed. */
static int is_open(int fd) {
  char byte;
  return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

int main(int argc, char **argv) {
  char request[1024];
  if (argc != 4)
    return fprintf(stderr, "usage: idle PORT PATH COUNT\n"), 2;
  int port = atoi(argv[1]), count = atoi(argv[3]), held = 0;
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", argv[2], port);
  raise_descriptor_limit();
  int *connections = calloc(count, sizeof *connections);
  if (!connections)
    die("calloc");
  for (int first = 0; first < count; first += TOGETHER) {
    int end = count - first < TOGETHER ? count : first + TOGETHER;
    for (int i = first; i < end; i++) {
      connections[i] = open_connection(port, i);
      ask(connections[i], request);
    }
    for (int i = first; i < end; i++)
      read_answer(connections[i]);
  }
  printf("ready %d\n", count);
  fflush(stdout);
  while (read(STDIN_FILENO, request, sizeof request) > 0)
    continue;
  for (int i = 0; i < count; i++)
    held += is_open(connections[i]);
  printf("held %d\n", held);
  return 0;
}
