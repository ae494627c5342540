/*
 * The load of the rooms: sessions that all join at once and then talk, and a few pairs beside them that write each other
 * direct messages.
 *
 *   rooms <kind> <port> <rooms> <perRoom> <inFlight> <directRate> <warmUpMs> <measureMs> <serverPid>
 *
 * kind minim: full sessions; messages have an id, and are done when they are acked and everyone in the room has them.
 * kind raw: the router's, which acks nothing and sends on what it got. Its messages are what Minim's become on the way,
 * so that both send frames of one size.
 *
 * What follows one another, on the same sessions:
 * join    all sessions join at once
 * alone   direct messages by the clock, and nothing else (not with a <directRate> of 0)
 * most    in each room so many messages are in flight: when one is done, a random session sends the next
 * half    room messages by the clock at half of the rate of `most`, and the direct messages (not with 0)
 *
 * Whoever has a room's message first keeps its text; the same bytes have to be the next of everyone else in the room,
 * with the next `seq`. So each gets each message once, and all in one order.
 *
 * Prints one JSON object. Ends with 1 if anything was lost, doubled, out of order or refused.
 */
#include "rooms.h"
#include <sys/prctl.h>
#include <sys/resource.h>

enum {
  READ_BYTES = 1 << 17,
  TEND_EVERY = 32, /* Sockets that are read between two looks at the direct messages. */
  FEW = 256,       /* Sockets that had something: below that the load naps. */
  NAP_NS = 200000,
  WITHIN_S = 60
};

typedef struct {
  long deliveries;
  double seconds, serverS, loopS, loadS, machineS;
} Spent;

static const char *serverPid;
static clockid_t serverClock;
static int count, poll, directPoll, inFlight;
static double roomRate, directRate, roomDue, directDue;
static unsigned char bytes[READ_BYTES + MAX_FRAME + 1];

/* Takes the frames that are whole from `size` bytes, and keeps the rest. */
static void take(Session *session, unsigned char *from, long size) {
  long next = 0;
  while (size - next >= 2) {
    unsigned char *head = from + next;
    int headSize = head[1] == 126 ? 4 : 2;
    if (head[0] != 0x81 || head[1] > 126) fail("got the header %02x %02x", head[0], head[1]);
    if (size - next < headSize) break;
    int length = headSize == 4 ? head[2] * 256 + head[3] : head[1];
    if (headSize + length > MAX_FRAME) fail("got a frame of %d bytes", length);
    if (size - next < headSize + length) break;
    unsigned char behind = head[headSize + length];
    head[headSize + length] = 0;
    if (session->room < 0) onDirectText(session, (char *)head + headSize);
    else onRoomText(session, (char *)head + headSize, length);
    head[headSize + length] = behind;
    next += headSize + length;
  }
  session->restSize = (int)(size - next);
  if (session->restSize == 0) return;
  if (session->rest == NULL) session->rest = malloc(MAX_FRAME);
  if (session->rest == NULL) fail("out of memory");
  memcpy(session->rest, from + next, (size_t)session->restSize);
}

static void receive(int at) {
  Session *session = &sessions[at];
  if (session->restSize > 0) memcpy(bytes, session->rest, (size_t)session->restSize);
  ssize_t size = recv(session->socket, bytes + session->restSize, READ_BYTES, MSG_DONTWAIT);
  if (size <= 0) fail("the server closed session %d: %s", at, size == 0 ? "end of stream" : strerror(errno));
  take(session, bytes, session->restSize + size);
}

/* What is due by the clock, and the direct messages: they are not to wait until a crowd has been read. */
static void tend(void) {
  static struct epoll_event ready[2 * PAIRS];
  now = secondsOf(CLOCK_MONOTONIC);
  for (; directRate > 0 && directDue <= now; directDue += 1 / directRate) writeDirect(directDue);
  for (; roomRate > 0 && roomDue <= now; roomDue += 1 / roomRate) talk(rand() % roomCount);
  int events = epoll_wait(directPoll, ready, 2 * PAIRS, 0);
  for (int i = 0; i < events; i++) receive((int)ready[i].data.u32);
}

/*
 * Naps where little has come, instead of waiting for what comes next: the server would pay for waking this program up
 * at each frame, and would be measured as slower than it is.
 */
static void handleEvents(void) {
  static struct epoll_event ready[1024];
  static const struct timespec nap = {.tv_nsec = NAP_NS};
  tend();
  int events = epoll_wait(poll, ready, 1024, 0);
  for (int i = 0; i < events; i++) {
    receive((int)ready[i].data.u32);
    if (i % TEND_EVERY == TEND_EVERY - 1) tend();
  }
  if (events < FEW) nanosleep(&nap, NULL);
}

static void await(const long *value, long wanted, const char *what) {
  double until = secondsOf(CLOCK_MONOTONIC) + WITHIN_S;
  while (*value != wanted) {
    handleEvents();
    if (now > until) fail("%s: expected %ld, %ld after %d s", what, wanted, *value, WITHIN_S);
  }
}

static void openSession(int at, int port, const char *prefix, int number) {
  char path[64];
  unsigned char more[MAX_ANSWER + 1];
  int size;
  snprintf(path, sizeof path, "%s%d%s", prefix, number, isMinim ? "?v=1" : "");
  sessions[at].socket = dial(port, path, more, &size);
  sessions[at].room = at < talkers ? at / perRoom : -1;
  take(&sessions[at], more, size);
  struct epoll_event interest = {.events = EPOLLIN, .data.u32 = (unsigned)at};
  int own = at < talkers ? poll : directPoll;
  if (epoll_ctl(own, EPOLL_CTL_ADD, sessions[at].socket, &interest) != 0) fail("epoll: %s", strerror(errno));
}

static Spent reading(void) {
  return (Spent){.deliveries = deliveries,
                 .seconds = secondsOf(CLOCK_MONOTONIC),
                 .serverS = secondsOf(serverClock),
                 .loopS = loopSeconds(serverPid),
                 .loadS = secondsOf(CLOCK_PROCESS_CPUTIME_ID),
                 .machineS = machineSeconds()};
}

static Spent since(Spent before) {
  Spent spent = reading();
  spent.deliveries -= before.deliveries;
  spent.seconds -= before.seconds;
  spent.serverS -= before.serverS;
  spent.loopS -= before.loopS;
  spent.loadS -= before.loadS;
  spent.machineS -= before.machineS;
  return spent;
}

static void print(const char *name, Spent spent) {
  printf("\"%s\":{\"frames\":%ld,\"seconds\":%.6f,\"serverS\":%.6f,\"loadS\":%.6f,\"othersS\":%.6f,", name,
         spent.deliveries, spent.seconds, spent.serverS, spent.loadS, spent.machineS - spent.serverS - spent.loadS);
  printf("\"loopS\":%.6f,\"directMs\":[%.3f,%.3f]},", spent.loopS, percentile(&directTimes, 0.5),
         percentile(&directTimes, 0.99));
}

static void joinAll(void) {
  char text[MAX_TEXT];
  Spent start = reading();
  for (int i = 0; i < talkers; i++) {
    snprintf(text, sizeof text, "{\"type\":\"join\",\"id\":\"j\",\"room\":\"room%d\"}", sessions[i].room);
    sendText(&sessions[i], text);
    if (i % TEND_EVERY == TEND_EVERY - 1) handleEvents();
  }
  await(&joinedAll, talkers, "joined");
  Spent joined = since(start);
  if (isMinim) await(&countedAll, talkers, "told how many are there");
  Spent counted = since(start);
  printf("\"join\":{\"joinedS\":%.6f,\"countedS\":%.6f,\"serverS\":%.6f},", joined.seconds, counted.seconds,
         counted.serverS);
}

static void runFor(double seconds) {
  double until = secondsOf(CLOCK_MONOTONIC) + seconds;
  do handleEvents();
  while (now < until);
}

/* Half of the messages of a room are sent when the first has come: so that some are handled while others go out. */
static void beginLoop(void) {
  long before = deliveries;
  closedLoop = 1;
  int early = (inFlight + 1) / 2;
  for (int i = 0; i < roomCount; i++) for (int j = 0; j < early; j++) talk(i);
  while (deliveries == before) handleEvents();
  for (int i = 0; i < roomCount; i++) for (int j = early; j < inFlight; j++) talk(i);
}

/* Everything under way has to come. */
static void drain(void) {
  closedLoop = 0;
  roomRate = directRate = 0;
  await(&underWay, 0, "messages under way");
  await(&directDone, directSent, "direct messages");
}

static double measure(const char *name, double warmUpS, double measureS) {
  runFor(warmUpS);
  directTimes.count = 0;
  measuring = 1;
  Spent start = reading();
  runFor(measureS);
  Spent spent = since(start);
  measuring = 0;
  drain();
  print(name, spent);
  return (double)spent.deliveries / spent.seconds;
}

static void measureByClock(const char *name, double room, double direct, double warmUpS, double measureS) {
  roomDue = directDue = secondsOf(CLOCK_MONOTONIC);
  roomRate = room;
  directRate = direct;
  measure(name, warmUpS, measureS);
}

static void prepare(char **argv) {
  struct rlimit files;
  isMinim = strcmp(argv[1], "minim") == 0;
  if (!isMinim && strcmp(argv[1], "raw") != 0) fail("no such kind: %s", argv[1]);
  roomCount = atoi(argv[3]);
  perRoom = atoi(argv[4]);
  inFlight = atoi(argv[5]);
  if (roomCount < 1 || perRoom < 2) fail("cannot have %d rooms of %d", roomCount, perRoom);
  if (inFlight < 1 || inFlight > RING / 2) fail("cannot have %d in flight", inFlight);
  serverPid = argv[9];
  serverClock = clockOfProcess(serverPid);
  talkers = roomCount * perRoom;
  count = talkers + 2 * PAIRS;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  prctl(PR_SET_TIMERSLACK, 1);
  sessions = calloc((size_t)count, sizeof(Session));
  rooms = calloc((size_t)roomCount, sizeof(Room));
  if (sessions == NULL || rooms == NULL) fail("out of memory");
  for (int i = 0; i < roomCount; i++) rooms[i].first = i * perRoom;
  poll = epoll_create1(0);
  directPoll = epoll_create1(0);
}

int main(int argc, char **argv) {
  if (argc != 10) {
    fail("expected: <kind> <port> <rooms> <perRoom> <inFlight> <directRate> <warmUpMs> <measureMs> <serverPid>");
  }
  prepare(argv);
  int port = atoi(argv[2]);
  double direct = atof(argv[6]), warmUpS = atof(argv[7]) / 1e3, measureS = atof(argv[8]) / 1e3;
  for (int i = 0; i < talkers; i++) openSession(i, port, "u", i);
  for (int i = 0; i < 2 * PAIRS; i++) openSession(talkers + i, port, "D", i);
  if (isMinim) await(&syncedAll, count, "synced");

  printf("{");
  joinAll();
  if (direct > 0) measureByClock("alone", 0, direct, warmUpS, measureS);
  beginLoop();
  double most = measure("most", warmUpS, measureS);
  if (direct > 0) measureByClock("half", most / perRoom / 2, direct, warmUpS, measureS);
  long expected = 0;
  for (int i = 0; i < roomCount; i++) expected += rooms[i].sent * perRoom;
  /* Whatever comes now is too much. */
  runFor(0.3);
  if (deliveries != expected) fail("%ld deliveries were expected, %ld came", expected, deliveries);
  printf("\"frameBytes\":%.2f,\"checked\":%ld}\n", (double)deliveredBytes / (double)deliveries, deliveries);
  return 0;
}
