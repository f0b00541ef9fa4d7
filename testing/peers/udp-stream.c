/* Sends and counts UDP packets, for benchmarks: 64 packets a call, so that it is no bottleneck where iperf3 (one packet
 * a call) would be.
 *
 *   udp-stream -c ADDRESS -l PAYLOAD -t SECONDS [-r PACKETS_PER_SECOND]   send: at that pace, or as fast as it goes
 *   udp-stream -s ADDRESS                                                 count, until SIGTERM
 *
 * IPv4, port 5202. Each prints one line of JSON at its end. `latestMs` is how far the sender was behind its timetable at
 * worst; what it is behind it sends at once. `overflowed` packets reached the counter's socket and found it full.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 5202, BATCH = 64, LARGEST_PAYLOAD = 2000, TICK_NS = 100 * 1000, SOCKET_BYTES = 64 << 20 };

static volatile sig_atomic_t stopping;

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

static void sleep_until(int64_t ns) {
  struct timespec time = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

/* All of the batch's messages name one buffer. */
static void prepare(struct mmsghdr *messages, struct iovec *vector) {
  memset(messages, 0, BATCH * sizeof *messages);
  for (int i = 0; i < BATCH; i++) {
    messages[i].msg_hdr.msg_iov = vector;
    messages[i].msg_hdr.msg_iovlen = 1;
  }
}

static void send_stream(int fd, size_t payload, double seconds, int64_t rate) {
  static uint8_t bytes[LARGEST_PAYLOAD];
  struct iovec vector = {bytes, payload};
  struct mmsghdr messages[BATCH];
  prepare(messages, &vector);
  prctl(PR_SET_TIMERSLACK, 1);
  int64_t sent = 0, refused = 0, latest = 0, begin = now_ns(), end = begin + (int64_t)(seconds * 1e9), now = begin;
  for (int64_t tick = begin; now < end && !stopping; now = now_ns()) {
    int64_t due = rate == 0 ? BATCH : (now - begin) * rate / 1000000000 - sent;
    if (rate != 0 && now - tick > latest) latest = now - tick;
    while (due > 0) {
      int took = sendmmsg(fd, messages, due < BATCH ? (unsigned)due : BATCH, 0);
      if (took < 0 && errno != ENOBUFS && errno != ECONNREFUSED && errno != EINTR) fail("sendmmsg");
      if (took < 0) refused++;
      if (took < 0) break;
      sent += took;
      due -= took;
    }
    if (rate == 0) continue;
    tick += TICK_NS;
    if (tick < now) tick = now;
    sleep_until(tick);
  }
  printf("{\"sent\":%lld,\"refused\":%lld,\"seconds\":%.6f,\"latestMs\":%.3f}\n", (long long)sent, (long long)refused,
         (double)(now - begin) / 1e9, (double)latest / 1e6);
}

static void count_stream(int fd) {
  static uint8_t bytes[LARGEST_PAYLOAD];
  char control[BATCH][CMSG_SPACE(sizeof(uint32_t))];
  struct iovec vector = {bytes, sizeof bytes};
  struct mmsghdr messages[BATCH];
  uint32_t overflowed = 0;
  int64_t received = 0, first = 0, last = 0;
  prepare(messages, &vector);
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  while (!stopping) {
    if (poll(&ready, 1, 100) <= 0) continue;
    for (int i = 0; i < BATCH; i++) {
      messages[i].msg_hdr.msg_control = control[i];
      messages[i].msg_hdr.msg_controllen = sizeof control[i];
    }
    int got = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
    if (got <= 0) continue;
    last = now_ns();
    if (received == 0) first = last;
    received += got;
    struct cmsghdr *at = CMSG_FIRSTHDR(&messages[got - 1].msg_hdr);
    if (at != NULL && at->cmsg_type == SO_RXQ_OVFL) memcpy(&overflowed, CMSG_DATA(at), sizeof overflowed);
  }
  printf("{\"received\":%lld,\"overflowed\":%u,\"seconds\":%.6f}\n", (long long)received, overflowed,
         (double)(last - first) / 1e9);
}

int main(int count, char **arguments) {
  const char *sender_to = NULL, *counter_at = NULL;
  size_t payload = 72;
  double seconds = 1;
  long long rate = 0;
  for (int letter; (letter = getopt(count, arguments, "c:s:l:t:r:")) != -1;) {
    switch (letter) {
      case 'c': sender_to = optarg; break;
      case 's': counter_at = optarg; break;
      case 'l': payload = strtoul(optarg, NULL, 10); break;
      case 't': seconds = atof(optarg); break;
      case 'r': rate = atoll(optarg); break;
      default: return 1;
    }
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  const char *text = sender_to != NULL ? sender_to : counter_at;
  if (text == NULL || inet_pton(AF_INET, text, &address.sin_addr) != 1 || payload > LARGEST_PAYLOAD) {
    fprintf(stderr, "usage: udp-stream (-c ADDRESS -l PAYLOAD -t SECONDS [-r PACKETS_PER_SECOND] | -s ADDRESS)\n");
    return 1;
  }
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, NULL);
  int on = 1, size = SOCKET_BYTES, fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) fail("socket");
  if (sender_to != NULL) {
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    send_stream(fd, payload, seconds, rate);
  } else {
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) fail("SO_RCVBUFFORCE");
    if (setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) < 0) fail("SO_RXQ_OVFL");
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    count_stream(fd);
  }
  return 0;
}
