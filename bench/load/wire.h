/* What the load programs share: clocks, the WebSocket handshake, and frames (RFC 6455 §4.1, §5.2). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ANSWER = 2048 };

static const char MESSAGE[] =
    "Your order 20 417 has left the shop: two flat whites, one almond croissant; Ana brings it to you.";

static void fail(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  fprintf(stderr, "load: ");
  vfprintf(stderr, format, rest);
  fprintf(stderr, "\n");
  exit(1);
}

static double secondsOf(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) fail("cannot read a clock: %s", strerror(errno));
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* CPU time that the whole machine has spent, what other guests of its host took from it included. */
static double machineSeconds(void) {
  long user, nice, system, idle, wait, irq, softIrq, steal;
  FILE *file = fopen("/proc/stat", "r");
  if (file == NULL) fail("cannot read /proc/stat");
  int fields = fscanf(file, "cpu %ld %ld %ld %ld %ld %ld %ld %ld", &user, &nice, &system, &idle, &wait, &irq, &softIrq,
                      &steal);
  fclose(file);
  if (fields != 8) fail("/proc/stat is not as expected");
  return (double)(user + nice + system + irq + softIrq + steal) / (double)sysconf(_SC_CLK_TCK);
}

static clockid_t clockOfProcess(const char *pid) {
  clockid_t clock;
  if (clock_getcpuclockid(atoi(pid), &clock) != 0) fail("there is no process %s", pid);
  return clock;
}

/* CPU time of the server's first thread, which has its event loop; what else it spends, its store does. */
static inline double loopSeconds(const char *pid) {
  char path[64];
  double nanoseconds;
  snprintf(path, sizeof path, "/proc/%s/task/%s/schedstat", pid, pid);
  FILE *file = fopen(path, "r");
  if (file == NULL || fscanf(file, "%lf", &nanoseconds) != 1) fail("cannot read %s", path);
  fclose(file);
  return nanoseconds / 1e9;
}

/* One masked text frame; `mask` may be all zeros, which leaves the text as it is. Returns its size. */
static int buildFrame(unsigned char *frame, const char *text, const unsigned char mask[4]) {
  int length = (int)strlen(text), at = 0;
  frame[at++] = 0x81;
  if (length < 126) {
    frame[at++] = (unsigned char)(0x80 | length);
  } else {
    frame[at++] = 0xfe;
    frame[at++] = (unsigned char)(length >> 8);
    frame[at++] = (unsigned char)length;
  }
  memcpy(frame + at, mask, 4);
  at += 4;
  for (int i = 0; i < length; i++) frame[at + i] = (unsigned char)text[i] ^ mask[i & 3];
  return at + length;
}

static void sendHandshake(int socket, int port, const char *path) {
  char request[512];
  int length = snprintf(request, sizeof request,
                        "GET /websocket/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Key: bWluaW0gbWluaW0gbWluIQ==\r\n"
                        "Sec-WebSocket-Version: 13\r\n\r\n",
                        path, port);
  if (write(socket, request, (size_t)length) != length) fail("the handshake of %s does not go out", path);
}

/* Where the frames begin in an answer to a handshake, or 0 if it is not whole yet. */
static int handshakeEnd(const char *answer, int size, const char *path) {
  const char *end = memmem(answer, (size_t)size, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  if (size < 12 || memcmp(answer, "HTTP/1.1 101", 12) != 0) fail("%s was refused: %.*s", path, size, answer);
  return (int)(end + 4 - answer);
}

/* Opens a session. `more` gets what came behind the handshake, `MAX_ANSWER` bytes at most; `size` how much that is. */
static int dial(int port, const char *path, unsigned char *more, int *size) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  char answer[MAX_ANSWER];
  int on = 1, got = 0, from = 0;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int handle = socket(AF_INET, SOCK_STREAM, 0);
  if (handle < 0 || connect(handle, (struct sockaddr *)&address, sizeof address) != 0) {
    fail("cannot connect to port %d: %s", port, strerror(errno));
  }
  setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sendHandshake(handle, port, path);
  while (from == 0) {
    ssize_t came = read(handle, answer + got, sizeof answer - (size_t)got);
    if (came <= 0) fail("the server hung up on %s in the handshake", path);
    got += (int)came;
    from = handshakeEnd(answer, got, path);
  }
  *size = got - from;
  memcpy(more, answer + from, (size_t)*size);
  return handle;
}
