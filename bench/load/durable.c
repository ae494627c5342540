/*
 * The load of the durable scenarios: sessions that send each other messages with an id of their own, and see each of
 * them acked and delivered.
 *
 *   durable <path> <port> <sessions> <inFlight> <rate> <warmUpMs> <measureMs> <serverPid>
 *
 * Session i connects to `/websocket/<path of i>`; `%d` in <path> is i, and its first letter that of all users here. With a `?` in it the server is one that acks and
 * numbers: a message is done when its ack and the message itself have come, the numbers of each inbox are checked, and
 * `received` goes out every 16 messages, as clients do. Else it is the router: a message is done when it has come. Both
 * are sent the same bytes.
 *
 * rate 0     closed loop: each session keeps so many messages in flight, each to a random other
 * otherwise  open loop: so many a second by the clock, from random sessions, whatever has come back
 *
 * Prints one JSON object: messages done within the measured time, that time, the CPU time spent in it as generator.c
 * does, and in milliseconds how long acks and deliveries took, counted from when the message was due. Ends with 1 if
 * anything was lost, doubled, out of order, refused, or left a hole.
 */
#include "wire.h"

enum {
  MAX_SESSIONS = 1000,
  MAX_FRAME = 512,
  OUT_BYTES = 1 << 18,
  READ_BYTES = 1 << 18,
  RING = 4096, /* Messages of a session that may be under way. */
  CONFIRM_EVERY = 16,
  DRAIN_S = 10,
  OPEN_S = 5
};

static const unsigned char CLEAR[4] = {0, 0, 0, 0};
static const char ID[] = "\"id\":\"", TEXT[] = "\"message\":\"", CURSOR[] = "\"cursor\":";

typedef struct {
  double due;
  long number; /* 0 while nothing is under way here. */
  int to;
  int acked, delivered;
} Sent;

typedef struct {
  int socket;
  long number;          /* Of the message sent last. */
  long cursor;          /* The number of the inbox that came last. */
  int owed;             /* Messages not confirmed. */
  int wanted;           /* Messages to send at the end of this round. */
  int isSynced, isQueued;
  double due[RING];     /* When the wanted ones are due. */
  Sent sent[RING];
  long lastFrom[MAX_SESSIONS];
  unsigned char rest[MAX_FRAME];
  int restSize;
} Session;

typedef struct {
  float *values;
  long count, room;
} Times;

static Session *sessions;
static int count, acks;
static int queue[MAX_SESSIONS], queued;
static int sending = 1, measuring;
static long sentAll, doneAll;
static Times ackTimes, deliveryTimes;
static unsigned char frame[MAX_FRAME], out[OUT_BYTES], bytes[READ_BYTES + MAX_FRAME];
static int frameSize, idAt, toAt, textAt;
static double now;

static void note(Times *times, double seconds) {
  if (!measuring) return;
  if (times->count == times->room) {
    times->room = times->room * 2 + 1024;
    times->values = realloc(times->values, (size_t)times->room * sizeof(float));
    if (times->values == NULL) fail("out of memory");
  }
  times->values[times->count++] = (float)(seconds * 1e3);
}

static int ascending(const void *one, const void *other) {
  float difference = *(const float *)one - *(const float *)other;
  return (difference > 0) - (difference < 0);
}

static double percentile(Times *times, double share) {
  if (times->count == 0) return 0;
  qsort(times->values, (size_t)times->count, sizeof(float), ascending);
  return times->values[(long)((double)(times->count - 1) * share)];
}

/* The digits are written into the frame where they belong: the mask is zeros. */
static void putDigits(unsigned char *at, long number, int digits) {
  for (int i = digits - 1; i >= 0; i--) {
    at[i] = (unsigned char)('0' + number % 10);
    number /= 10;
  }
}

static long digitsAt(const char *at) {
  long number = 0;
  while (*at >= '0' && *at <= '9') number = number * 10 + (*at++ - '0');
  return number;
}

static int placeOf(const char *needle) {
  unsigned char *at = memmem(frame, (size_t)frameSize, needle, strlen(needle));
  if (at == NULL) fail("the template has no %s", needle);
  return (int)(at - frame) + (int)strlen(needle);
}

static void buildTemplate(char initial) {
  char text[MAX_FRAME];
  snprintf(text, sizeof text, "{\"type\":\"message\",\"id\":\"000000000\",\"toUserId\":\"%c000\",\"message\":\"000 000000000 %s\"}",
           initial, MESSAGE + 14);
  frameSize = buildFrame(frame, text, CLEAR);
  idAt = placeOf(ID);
  toAt = placeOf("\"toUserId\":\"") + 1;
  textAt = placeOf(TEXT);
}

static void want(int at, int messages, double due) {
  Session *session = &sessions[at];
  if (session->wanted + messages > RING) fail("A%03d would send %d messages at once", at, session->wanted + messages);
  for (int i = 0; i < messages; i++) session->due[session->wanted++] = due;
  if (session->isQueued) return;
  session->isQueued = 1;
  queue[queued++] = at;
}

static int addMessage(int at, double due, int size) {
  Session *session = &sessions[at];
  int to = (at + 1 + rand() % (count - 1)) % count;
  Sent *sent = &session->sent[++session->number % RING];
  if (sent->number != 0) fail("A%03d has %d messages under way", at, RING);
  *sent = (Sent){.due = due, .number = session->number, .to = to, .acked = !acks};
  putDigits(frame + idAt, session->number, 9);
  putDigits(frame + toAt, to, 3);
  putDigits(frame + textAt, at, 3);
  putDigits(frame + textAt + 4, session->number, 9);
  memcpy(out + size, frame, (size_t)frameSize);
  sentAll += 1;
  return size + frameSize;
}

/* Sends what this round of events has made due, all of a session in one call. */
static void flush(void) {
  for (int i = 0; i < queued; i++) {
    Session *session = &sessions[queue[i]];
    int size = 0;
    char text[64];
    if (session->owed >= CONFIRM_EVERY) {
      snprintf(text, sizeof text, "{\"type\":\"received\",\"cursor\":%ld}", session->cursor);
      size = buildFrame(out, text, CLEAR);
      session->owed = 0;
    }
    for (int j = 0; j < session->wanted; j++) {
      if (size + frameSize > OUT_BYTES) fail("more is due at once than expected");
      size = addMessage(queue[i], session->due[j], size);
    }
    session->wanted = 0;
    session->isQueued = 0;
    if (size == 0) continue;
    ssize_t wrote = send(session->socket, out, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (wrote != size) fail("the server does not take what is sent: %s", wrote < 0 ? strerror(errno) : "buffer full");
  }
  queued = 0;
}

static void finish(int from, Sent *sent, int closedLoop) {
  if (!sent->acked || !sent->delivered) return;
  sent->number = 0;
  doneAll += 1;
  if (sending && closedLoop) want(from, 1, now);
}

static Sent *sentOf(int from, long number) {
  if (from >= count) fail("a message came from A%d", from);
  Sent *sent = &sessions[from].sent[number % RING];
  if (number < 1 || sent->number != number) fail("message %ld of A%03d came again, or was never sent", number, from);
  return sent;
}

static const char *after(const char *text, const char *needle) {
  const char *at = strstr(text, needle);
  if (at == NULL) fail("expected %s in %s", needle, text);
  return at + strlen(needle);
}

static void onAck(int at, const char *text, int closedLoop) {
  Session *session = &sessions[at];
  Sent *sent = sentOf(at, digitsAt(after(text, ID)));
  if (sent->acked || strstr(text, "\"duplicate\"") != NULL) fail("A%03d got a second answer: %s", at, text);
  sent->acked = 1;
  note(&ackTimes, now - sent->due);
  if (digitsAt(after(text, CURSOR)) == session->cursor + 1) session->cursor += 1;
  finish(at, sent, closedLoop);
}

static void onMessage(int at, const char *text, int closedLoop) {
  Session *session = &sessions[at];
  const char *content = after(text, TEXT);
  int from = (int)digitsAt(content);
  long number = digitsAt(content + 4);
  if (acks) {
    long cursor = digitsAt(after(text, CURSOR));
    if (cursor != session->cursor + 1) fail("A%03d has %ld and got %ld", at, session->cursor, cursor);
    session->cursor = cursor;
    if (++session->owed >= CONFIRM_EVERY) want(at, 0, now);
  }
  if (from == at) return; /* An own one whose ack came before its turn. */
  Sent *sent = sentOf(from, number);
  if (sent->to != at || sent->delivered) fail("A%03d got message %ld of A%03d", at, number, from);
  if (number <= session->lastFrom[from]) fail("message %ld of A%03d overtook another at A%03d", number, from, at);
  session->lastFrom[from] = number;
  sent->delivered = 1;
  note(&deliveryTimes, now - sent->due);
  finish(from, sent, closedLoop);
}

static void onText(int at, const char *text, int closedLoop) {
  if (strncmp(text, "{\"type\":\"ack\"", 13) == 0) return onAck(at, text, closedLoop);
  if (strncmp(text, "{\"type\":\"message\"", 17) == 0) return onMessage(at, text, closedLoop);
  if (strncmp(text, "{\"type\":\"receipt\"", 17) == 0) return;
  if (strncmp(text, "{\"type\":\"synced\"", 16) == 0) sessions[at].isSynced = 1;
  else if (strncmp(text, "{\"type\":\"welcome\"", 17) != 0) fail("A%03d got %s", at, text);
}

/* Takes the frames that are whole from `size` bytes, and keeps the rest. */
static void take(int at, unsigned char *from, long size, int closedLoop) {
  Session *session = &sessions[at];
  long next = 0;
  while (size - next >= 2) {
    unsigned char *head = from + next;
    int headSize = head[1] == 126 ? 4 : 2;
    if (head[0] != 0x81 || head[1] > 126) fail("A%03d got the header %02x %02x", at, head[0], head[1]);
    if (size - next < headSize) break;
    int length = headSize == 4 ? head[2] * 256 + head[3] : head[1];
    if (headSize + length > MAX_FRAME) fail("A%03d got a frame of %d bytes", at, length);
    if (size - next < headSize + length) break;
    unsigned char behind = head[headSize + length];
    head[headSize + length] = 0;
    onText(at, (char *)head + headSize, closedLoop);
    head[headSize + length] = behind;
    next += headSize + length;
  }
  session->restSize = (int)(size - next);
  memcpy(session->rest, from + next, (size_t)session->restSize);
}

static void receive(int at, int closedLoop) {
  Session *session = &sessions[at];
  memcpy(bytes, session->rest, (size_t)session->restSize);
  ssize_t size = recv(session->socket, bytes + session->restSize, READ_BYTES - 1, 0);
  if (size <= 0) fail("the server closed A%03d: %s", at, size == 0 ? "end of stream" : strerror(errno));
  take(at, bytes, session->restSize + size, closedLoop);
}

static void openAll(int port, const char *path) {
  for (int i = 0; i < count; i++) {
    char own[128];
    unsigned char more[MAX_ANSWER + 1];
    int size;
    snprintf(own, sizeof own, path, i);
    sessions[i].socket = dial(port, own, more, &size);
    take(i, more, size, 0);
  }
}

static int allSynced(void) {
  for (int i = 0; i < count; i++) if (!sessions[i].isSynced) return 0;
  return 1;
}

/* Waits for events until `until` at the latest, and handles them. */
static void handleEvents(int poll, double until, int closedLoop) {
  static struct epoll_event ready[1024];
  double wait = until - now < 0 ? 0 : until - now;
  struct timespec timeout = {.tv_sec = (time_t)wait, .tv_nsec = (long)((wait - (double)(time_t)wait) * 1e9)};
  int events = epoll_pwait2(poll, ready, 1024, &timeout, NULL);
  now = secondsOf(CLOCK_MONOTONIC);
  for (int i = 0; i < events; i++) receive((int)ready[i].data.u32, closedLoop);
}

int main(int argc, char **argv) {
  if (argc != 9) fail("expected: <path> <port> <sessions> <inFlight> <rate> <warmUpMs> <measureMs> <serverPid>");
  count = atoi(argv[3]);
  acks = strchr(argv[1], '?') != NULL;
  int inFlight = atoi(argv[4]), closedLoop = atof(argv[5]) == 0;
  double rate = atof(argv[5]), warmUpS = atof(argv[6]) / 1e3, measureS = atof(argv[7]) / 1e3;
  if (count < 2 || count > MAX_SESSIONS) fail("cannot open %d sessions", count);
  if (inFlight < 1 || inFlight > RING / 2) fail("cannot have %d in flight", inFlight);
  clockid_t serverClock = clockOfProcess(argv[8]);
  sessions = calloc((size_t)count, sizeof(Session));
  if (sessions == NULL) fail("out of memory");

  buildTemplate(argv[1][0]);
  openAll(atoi(argv[2]), argv[1]);
  int poll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    struct epoll_event interest = {.events = EPOLLIN, .data.u32 = (unsigned)i};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, sessions[i].socket, &interest) != 0) fail("epoll: %s", strerror(errno));
  }
  now = secondsOf(CLOCK_MONOTONIC);
  for (double until = now + OPEN_S; acks && !allSynced();) {
    if (now > until) fail("not every session was synced in time");
    handleEvents(poll, until, 0);
  }
  if (closedLoop) for (int i = 0; i < count; i++) want(i, inFlight, now);
  flush();

  double start = now, from = 0, to = 0, due = now;
  double serverS = 0, loadS = 0, machineS = 0;
  long measured = 0;
  do {
    handleEvents(poll, sending && !closedLoop ? due : now + 0.1, closedLoop);
    for (; sending && !closedLoop && due <= now; due += 1 / rate) want(rand() % count, 1, due);
    flush();
    if (from == 0 && now - start >= warmUpS) {
      from = now;
      measuring = 1;
      measured = doneAll;
      serverS = secondsOf(serverClock);
      loadS = secondsOf(CLOCK_PROCESS_CPUTIME_ID);
      machineS = machineSeconds();
    } else if (sending && from != 0 && now - from >= measureS) {
      to = now;
      sending = measuring = 0;
      measured = doneAll - measured;
      serverS = secondsOf(serverClock) - serverS;
      loadS = secondsOf(CLOCK_PROCESS_CPUTIME_ID) - loadS;
      machineS = machineSeconds() - machineS;
    }
  } while (sending || (doneAll < sentAll && now - to < DRAIN_S));
  if (doneAll != sentAll) fail("%ld of %ld messages were not acked and delivered", sentAll - doneAll, sentAll);

  printf("{\"frames\":%ld,\"seconds\":%.6f,\"serverS\":%.6f,\"loadS\":%.6f,\"othersS\":%.6f,", measured, to - from, serverS,
         loadS, machineS - serverS - loadS);
  printf("\"ackMs\":[%.3f,%.3f],\"deliveryMs\":[%.3f,%.3f]}\n", percentile(&ackTimes, 0.5), percentile(&ackTimes, 0.99),
         percentile(&deliveryTimes, 0.5), percentile(&deliveryTimes, 0.99));
  return 0;
}
