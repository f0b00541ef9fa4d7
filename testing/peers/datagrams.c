/* Sends UDP datagrams at a pace, again and again those of a file: each with its length before it, 2 bytes, big-endian.
 *
 *   datagrams ADDRESS PORT PER_SECOND FILE     until SIGTERM
 *
 * IPv4, any port of its own; what comes back is counted and thrown away. Prints one line of JSON at its end.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, TICK_NS = 500 * 1000, LARGEST_FILE = 64 << 20, MOST = 1 << 20 };

static volatile sig_atomic_t stopping;
static uint8_t file[LARGEST_FILE];
static struct iovec datagrams[MOST];

static void on_signal(int number) {
  (void)number;
  stopping = 1;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static size_t load(const char *path) {
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) fail(path);
  size_t size = fread(file, 1, sizeof file, stream), count = 0;
  fclose(stream);
  for (size_t at = 0; at + 2 <= size && count < MOST;) {
    size_t length = (size_t)file[at] << 8 | file[at + 1];
    if (at + 2 + length > size) break;
    datagrams[count++] = (struct iovec){file + at + 2, length};
    at += 2 + length;
  }
  return count;
}

int main(int words, char **arguments) {
  if (words != 5) return 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2]))};
  int64_t rate = atoll(arguments[3]);
  size_t count = load(arguments[4]);
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (inet_pton(AF_INET, arguments[1], &address.sin_addr) != 1 || rate <= 0 || count == 0) return 1;
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("socket");
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, NULL);
  prctl(PR_SET_TIMERSLACK, 1);
  int64_t sent = 0, due = 0, answers = 0, begin = now_ns(), last = begin;
  double owed = 0;
  size_t next = 0;
  while (!stopping) {
    struct timespec pause = {.tv_nsec = TICK_NS};
    nanosleep(&pause, NULL);
    int64_t now = now_ns();
    /* What a moment without the processor left undone is not made up for at once. */
    double elapsed = (double)(now - last);
    owed += (elapsed < 20e6 ? elapsed : 20e6) * (double)rate / 1e9;
    last = now;
    for (due = (int64_t)owed; due > 0;) {
      struct mmsghdr messages[BATCH];
      unsigned batch = due < BATCH ? (unsigned)due : BATCH;
      memset(messages, 0, sizeof messages);
      for (unsigned i = 0; i < batch; i++) {
        messages[i].msg_hdr.msg_iov = &datagrams[(next + i) % count];
        messages[i].msg_hdr.msg_iovlen = 1;
      }
      int took = sendmmsg(fd, messages, batch, 0);
      if (took < 0 && errno != ENOBUFS && errno != EAGAIN && errno != ECONNREFUSED && errno != EINTR) fail("sendmmsg");
      if (took <= 0) break;
      sent += took;
      due -= took;
      owed -= took;
      next = (next + (size_t)took) % count;
    }
    static uint8_t answer[2048];
    while (recv(fd, answer, sizeof answer, 0) >= 0) answers++;
  }
  printf("{\"sent\":%lld,\"answers\":%lld,\"seconds\":%.6f}\n", (long long)sent, (long long)answers,
         (double)(now_ns() - begin) / 1e9);
  return 0;
}
