/* An independent peer for tests and benchmarks: it speaks the protocol of the classic tun/tap tutorial.
 *
 * One TCP connection carries the packets (tun) or Ethernet frames (tap) of one interface, each behind its length as a
 * 16-bit big-endian number. A select loop reads whichever side is ready. The server takes one connection and ends with
 * it. Nothing is encrypted or authenticated.
 *
 *   simpletun -i IFNAME (-s | -c HOST) [-p PORT] [-u | -a] [-d] [-N] [-1] [-b BYTES]
 *
 *   -s        wait for the other side        -u  tun (the default)     -N        set TCP_NODELAY
 *   -c HOST   connect to the other side      -a  tap                   -1        one write per frame, not two
 *   -p PORT   55555 unless told              -d  say what passes       -b BYTES  buffer size, 2000 unless told
 *
 * Exit codes: 0 the other side closed, or SIGTERM; 1 wrong usage or a failed call; 3 a frame that does not fit.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LENGTH_BYTES = 2, LARGEST_BUFFER = 65535 };

struct options {
  const char *interface_name, *host, *port;
  int is_server, is_tap, is_verbose, no_delay, one_write;
  size_t buffer_bytes;
};

static int verbose;
static volatile sig_atomic_t stopping;

static void on_signal(int number) {
  (void)number;
  stopping = 1;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void say(const char *format, ...) {
  if (!verbose) return;
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
}

static int open_interface(const char *name, int is_tap) {
  struct ifreq request = {0};
  int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (fd < 0) fail("/dev/net/tun");
  request.ifr_flags = (short)((is_tap ? IFF_TAP : IFF_TUN) | IFF_NO_PI);
  snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
  if (ioctl(fd, TUNSETIFF, &request) < 0) fail("TUNSETIFF");
  return fd;
}

static struct addrinfo *look_up(const char *host, const char *port, int flags, int family) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags, .ai_family = family}, *found;
  int error = getaddrinfo(host, port, &hints, &found);
  if (error != 0) {
    fprintf(stderr, "simpletun: %s port %s: %s\n", host ? host : "*", port, gai_strerror(error));
    exit(1);
  }
  return found;
}

static int connect_to(const char *host, const char *port) {
  struct addrinfo *found = look_up(host, port, 0, AF_UNSPEC);
  int fd = -1;
  for (struct addrinfo *at = found; at != NULL; at = at->ai_next) {
    fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) == 0) break;
    if (fd >= 0) close(fd);
    fd = -1;
  }
  freeaddrinfo(found);
  if (fd < 0) fail("connect");
  return fd;
}

/* Listens on IPv6 with IPv4 mapped into it, or on IPv4 alone where the host has no IPv6. */
static int accept_one(const char *port) {
  int on = 1, off = 0, family = AF_INET6, listener = socket(AF_INET6, SOCK_STREAM, 0);
  if (listener < 0) {
    family = AF_INET;
    listener = socket(AF_INET, SOCK_STREAM, 0);
  }
  if (listener < 0) fail("socket");
  struct addrinfo *found = look_up(NULL, port, AI_PASSIVE, family);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(listener, found->ai_addr, found->ai_addrlen) < 0) fail("bind");
  freeaddrinfo(found);
  if (listen(listener, 1) < 0) fail("listen");
  int fd = accept(listener, NULL, NULL);
  if (fd < 0 && errno == EINTR && stopping) exit(0);
  if (fd < 0) fail("accept");
  close(listener);
  return fd;
}

/* 1 when all bytes came, 0 when the stream ended before the first of them. */
static int read_n(int fd, uint8_t *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t got = read(fd, bytes + done, count - done);
    if (got < 0 && errno == EINTR && !stopping) continue;
    if (got <= 0) return 0;
    done += (size_t)got;
  }
  return 1;
}

static void write_n(int fd, const uint8_t *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t put = write(fd, bytes + done, count - done);
    if (put < 0 && errno == EINTR && !stopping) continue;
    if (put <= 0) exit(stopping ? 0 : 1);
    done += (size_t)put;
  }
}

static void outbound(int tap, int net, uint8_t *buffer, const struct options *options) {
  ssize_t length = read(tap, buffer + LENGTH_BYTES, options->buffer_bytes);
  if (length <= 0) return;
  uint16_t on_wire = htons((uint16_t)length);
  memcpy(buffer, &on_wire, LENGTH_BYTES);
  if (options->one_write) {
    write_n(net, buffer, LENGTH_BYTES + (size_t)length);
  } else {
    write_n(net, buffer, LENGTH_BYTES);
    write_n(net, buffer + LENGTH_BYTES, (size_t)length);
  }
  say("outbound %zd bytes\n", length);
}

static void inbound(int net, int tap, uint8_t *buffer, const struct options *options) {
  uint16_t on_wire;
  if (!read_n(net, (uint8_t *)&on_wire, sizeof on_wire)) {
    say("the other side closed\n");
    exit(0);
  }
  size_t length = ntohs(on_wire);
  if (length > options->buffer_bytes) {
    fprintf(stderr, "simpletun: a frame of %zu bytes does not fit into %zu\n", length, options->buffer_bytes);
    exit(3);
  }
  if (!read_n(net, buffer, length)) exit(0);
  ssize_t written = write(tap, buffer, length); /* the kernel may refuse a packet: that one is lost */
  say("inbound %zu bytes, wrote %zd\n", length, written);
}

static void relay(int tap, int net, const struct options *options) {
  uint8_t *buffer = malloc(LENGTH_BYTES + options->buffer_bytes);
  int highest = tap > net ? tap : net;
  if (buffer == NULL) fail("malloc");
  while (!stopping) {
    fd_set ready;
    FD_ZERO(&ready);
    FD_SET(tap, &ready);
    FD_SET(net, &ready);
    if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) {
      if (errno == EINTR) continue;
      fail("select");
    }
    if (FD_ISSET(tap, &ready)) outbound(tap, net, buffer, options);
    if (FD_ISSET(net, &ready)) inbound(net, tap, buffer, options);
  }
  free(buffer);
}

static struct options parse(int count, char **arguments) {
  struct options options = {.port = "55555", .buffer_bytes = 2000};
  for (int letter; (letter = getopt(count, arguments, "i:sc:p:uadN1b:")) != -1;) {
    switch (letter) {
      case 'i': options.interface_name = optarg; break;
      case 's': options.is_server = 1; break;
      case 'c': options.host = optarg; break;
      case 'p': options.port = optarg; break;
      case 'u': options.is_tap = 0; break;
      case 'a': options.is_tap = 1; break;
      case 'd': options.is_verbose = 1; break;
      case 'N': options.no_delay = 1; break;
      case '1': options.one_write = 1; break;
      case 'b': options.buffer_bytes = strtoul(optarg, NULL, 10); break;
      default: options.interface_name = NULL; return options;
    }
  }
  if (options.is_server == (options.host != NULL)) options.interface_name = NULL;
  if (options.buffer_bytes == 0 || options.buffer_bytes > LARGEST_BUFFER) options.interface_name = NULL;
  return options;
}

int main(int count, char **arguments) {
  struct options options = parse(count, arguments);
  struct sigaction action = {.sa_handler = on_signal};
  if (options.interface_name == NULL) {
    fprintf(stderr, "usage: simpletun -i IFNAME (-s | -c HOST) [-p PORT] [-u | -a] [-d] [-N] [-1] [-b BYTES]\n");
    return 1;
  }
  verbose = options.is_verbose;
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  signal(SIGPIPE, SIG_IGN);

  int tap = open_interface(options.interface_name, options.is_tap);
  int net = options.is_server ? accept_one(options.port) : connect_to(options.host, options.port);
  int on = 1;
  if (options.no_delay && setsockopt(net, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) fail("TCP_NODELAY");
  say("connected\n");
  relay(tap, net, &options);
  return 0;
}
