/*
 * The load of the resume storm: devices that all come back at once to the messages they missed.
 *
 *   resume <port> <devices> <missed> <dialsAtOnce> <serverPid>
 *
 * R0, R1 … connect once, so that the server knows their devices, and go. Each is then sent <missed> messages. Then all
 * connect again, with cursor and epoch, as fast as the server takes them: up to <dialsAtOnce> handshakes are under way,
 * because more than the server's backlog would be tried again by the kernel after a second. A device has resumed when it
 * has `welcome`, exactly its messages in order, and `synced`; it then confirms them.
 *
 * Prints one JSON object: the time until all had resumed, the CPU time spent in it as generator.c does, and how long a
 * device took from its dial on, in milliseconds. Ends with 1 if one gets less, more, or anything in another order.
 */
#include "wire.h"

enum { MAX_DEVICES = 50000, MAX_FRAME = 1024, READ_BYTES = 1 << 16, SENDERS = 50, UNDER_WAY = 100, WITHIN_S = 60 };

static const unsigned char CLEAR[4] = {0, 0, 0, 0};

typedef enum { AWAY, DIALLING, SHAKING, OPEN, DONE } Phase;

typedef struct {
  int socket;
  Phase phase;
  int got;
  double dialled, took;
  unsigned char rest[MAX_FRAME];
  int restSize;
} Device;

static Device *devices;
static int count, missed, poll, port, done, underWay, expected;
static char epoch[64];
static unsigned char bytes[READ_BYTES + MAX_FRAME + 1];
static double now;

static long numberAfter(const char *text, const char *needle) {
  const char *at = strstr(text, needle);
  if (at == NULL) fail("expected %s in %s", needle, text);
  return atol(at + strlen(needle));
}

static void sendText(int socket, const char *text) {
  unsigned char frame[MAX_FRAME];
  int size = buildFrame(frame, text, CLEAR);
  if (send(socket, frame, (size_t)size, MSG_NOSIGNAL) != size) fail("the server does not take what is sent");
}

static void onSynced(Device *device, const char *text) {
  char answer[64];
  if (device->got != expected) fail("a device had %d of %d messages and got %s", device->got, expected, text);
  device->took = now - device->dialled;
  device->phase = DONE;
  done += 1;
  if (expected == 0) return;
  snprintf(answer, sizeof answer, "{\"type\":\"received\",\"cursor\":%d}", expected);
  sendText(device->socket, answer);
}

static void onText(int at, const char *text) {
  Device *device = &devices[at];
  char start[32];
  if (device->phase == DONE) fail("R%d is done and got %s", at, text);
  if (strstr(text, "{\"type\":\"welcome\"") == text) {
    if (numberAfter(text, "\"head\":") != expected) fail("R%d expected %d messages and got %s", at, expected, text);
    const char *name = strstr(text, "\"epoch\":\"");
    if (name == NULL || sscanf(name + 9, "%63[^\"]", epoch) != 1) fail("there is no epoch in %s", text);
  } else if (strstr(text, "{\"type\":\"synced\"") == text) {
    onSynced(device, text);
  } else {
    device->got += 1;
    snprintf(start, sizeof start, "%d %d ", at, device->got);
    const char *content = strstr(text, "\"message\":\"");
    int isNext = content != NULL && strncmp(content + 11, start, strlen(start)) == 0;
    if (!isNext || numberAfter(text, "\"cursor\":") != device->got) fail("R%d expected %d and got %s", at, device->got, text);
  }
}

/* Hands each whole frame to `take`. Returns how many bytes those were. */
static long frames(int at, unsigned char *from, long size, void (*take)(int, const char *)) {
  long next = 0;
  while (size - next >= 2) {
    unsigned char *head = from + next;
    int headSize = head[1] == 126 ? 4 : 2;
    if (head[0] != 0x81 || head[1] > 126) fail("session %d got the header %02x %02x", at, head[0], head[1]);
    if (size - next < headSize) break;
    int length = headSize == 4 ? head[2] * 256 + head[3] : head[1];
    if (headSize + length > MAX_FRAME) fail("session %d got a frame of %d bytes", at, length);
    if (size - next < headSize + length) break;
    unsigned char behind = head[headSize + length];
    head[headSize + length] = 0;
    take(at, (char *)head + headSize);
    head[headSize + length] = behind;
    next += headSize + length;
  }
  return next;
}

static void listenFor(int at, int operation, unsigned events) {
  struct epoll_event interest = {.events = events, .data.u32 = (unsigned)at};
  if (epoll_ctl(poll, operation, devices[at].socket, &interest) != 0) fail("epoll: %s", strerror(errno));
}

static void beginDial(int at) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Device *device = &devices[at];
  *device = (Device){.socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), .phase = DIALLING, .dialled = now};
  if (device->socket < 0) fail("no socket: %s", strerror(errno));
  if (connect(device->socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
    fail("cannot connect to port %d: %s", port, strerror(errno));
  }
  underWay += 1;
  listenFor(at, EPOLL_CTL_ADD, EPOLLOUT);
}

static void pathOf(int at, char *path, size_t size) {
  int length = snprintf(path, size, "R%d?v=1&device=phone", at);
  if (expected > 0) snprintf(path + length, size - (size_t)length, "&cursor=0&epoch=%s", epoch);
}

static void onEvent(int at) {
  Device *device = &devices[at];
  char path[160];
  pathOf(at, path, sizeof path);
  if (device->phase == DIALLING) {
    sendHandshake(device->socket, port, path);
    device->phase = SHAKING;
    return listenFor(at, EPOLL_CTL_MOD, EPOLLIN);
  }
  memcpy(bytes, device->rest, (size_t)device->restSize);
  ssize_t came = recv(device->socket, bytes + device->restSize, READ_BYTES, 0);
  if (came <= 0) fail("the server closed R%d: %s", at, came == 0 ? "end of stream" : strerror(errno));
  long size = device->restSize + came, from = 0;
  if (device->phase == SHAKING) {
    from = handshakeEnd((char *)bytes, (int)size, path);
    if (from > 0) {
      device->phase = OPEN;
      underWay -= 1;
    }
  }
  if (device->phase >= OPEN) from += frames(at, bytes + from, size - from, onText);
  device->restSize = (int)(size - from);
  if (device->restSize > MAX_FRAME) fail("R%d got %d bytes that are no frame", at, device->restSize);
  memcpy(device->rest, bytes + from, (size_t)device->restSize);
}

static void handleEvents(int waitMs) {
  static struct epoll_event ready[1024];
  int events = epoll_wait(poll, ready, 1024, waitMs);
  now = secondsOf(CLOCK_MONOTONIC);
  for (int i = 0; i < events; i++) onEvent((int)ready[i].data.u32);
}

/* Connects every device, and waits until each has its `messages`, and is synced. Returns how long that took. */
static double connectAll(int messages, int dialsAtOnce) {
  expected = messages;
  done = underWay = 0;
  now = secondsOf(CLOCK_MONOTONIC);
  double start = now;
  for (int next = 0; done < count;) {
    while (next < count && underWay < dialsAtOnce) beginDial(next++);
    handleEvents(100);
    if (now - start > WITHIN_S) fail("only %d of %d devices were synced in %d s", done, count, WITHIN_S);
  }
  return now - start;
}

static void disconnectAll(void) {
  for (int i = 0; i < count; i++) close(devices[i].socket);
}

static int acked;
static void onSenderText(int at, const char *text) {
  (void)at;
  if (strstr(text, "{\"type\":\"ack\"") == text) acked += 1;
  else if (strstr(text, "{\"type\":\"error\"") == text) fail("a sender got %s", text);
}

/* A sender sends its devices their messages, so many at a time, and sees each of them acked. */
static void sendAll(int own) {
  char path[64], text[256];
  unsigned char more[MAX_ANSWER + 1];
  int size, sent = 0;
  snprintf(path, sizeof path, "S%d", own);
  int handle = dial(port, path, more, &size);
  for (acked = 0;;) {
    int perSender = (count - own + SENDERS - 1) / SENDERS * missed;
    for (; sent < perSender && sent - acked < UNDER_WAY; sent++) {
      int to = own + sent / missed * SENDERS;
      snprintf(text, sizeof text, "{\"type\":\"message\",\"id\":\"%d\",\"toUserId\":\"R%d\",\"message\":\"%d %d %s\"}", sent, to,
               to, sent % missed + 1, MESSAGE + 14);
      sendText(handle, text);
    }
    if (acked == perSender) break;
    ssize_t came = recv(handle, bytes + size, READ_BYTES, 0);
    if (came <= 0) fail("the server closed a sender");
    long taken = frames(own, bytes, size + came, onSenderText);
    size = (int)(size + came - taken);
    memmove(bytes, bytes + taken, (size_t)size);
  }
  close(handle);
}

static int ascending(const void *one, const void *other) {
  double difference = ((const Device *)one)->took - ((const Device *)other)->took;
  return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv) {
  if (argc != 6) fail("expected: <port> <devices> <missed> <dialsAtOnce> <serverPid>");
  port = atoi(argv[1]);
  count = atoi(argv[2]);
  missed = atoi(argv[3]);
  if (count < 1 || count > MAX_DEVICES) fail("cannot have %d devices", count);
  if (missed < 1 || missed > 100) fail("cannot send %d messages to each", missed);
  clockid_t serverClock = clockOfProcess(argv[5]);
  devices = calloc((size_t)count, sizeof(Device));
  if (devices == NULL) fail("out of memory");
  poll = epoll_create1(0);

  connectAll(0, atoi(argv[4]));
  disconnectAll();
  for (int own = 0; own < SENDERS && own < count; own++) sendAll(own);

  double serverS = secondsOf(serverClock), loadS = secondsOf(CLOCK_PROCESS_CPUTIME_ID), machineS = machineSeconds();
  double seconds = connectAll(missed, atoi(argv[4]));
  serverS = secondsOf(serverClock) - serverS;
  loadS = secondsOf(CLOCK_PROCESS_CPUTIME_ID) - loadS;
  machineS = machineSeconds() - machineS;
  /* Whatever comes now is too much. */
  for (double until = now + 1; now < until;) handleEvents(100);

  qsort(devices, (size_t)count, sizeof(Device), ascending);
  printf("{\"devices\":%d,\"messages\":%d,\"seconds\":%.6f,\"serverS\":%.6f,\"loadS\":%.6f,\"othersS\":%.6f,", count,
         count * missed, seconds, serverS, loadS, machineS - serverS - loadS);
  printf("\"resumeMs\":[%.1f,%.1f,%.1f]}\n", devices[count / 2].took * 1e3, devices[(long)count * 99 / 100].took * 1e3,
         devices[count - 1].took * 1e3);
  return 0;
}
