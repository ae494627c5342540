/*
 * The load generator: WebSocket sessions on raw sockets. Frames are built once, answers are counted by their headers
 * and never decoded. It is in C because a Node program spends more on its sockets than the servers under test do
 * (README.md has the figures), and would be what is measured.
 *
 *   generator <scenario> <port> <sessions> <inFlight> <warmUpMs> <measureMs> <serverPid>
 *
 * crowd      everyone sends to everyone: a frame received makes its receiver send one to the next of its recipients, who
 *            were drawn at random beforehand, the same ones in every run
 * pairs      A0 sends to B0, A1 to B1 …: a frame that B<i> receives makes A<i> send the next one
 * pings      each session pings; each pong makes it ping again
 * broadcast  session 0 broadcasts; when everybody has one, it sends the next
 *
 * Prints one JSON object: frames received within the measured time, that time, and the CPU time that the server, the
 * generator and everything else on the machine spent in it. Ends with 1 if a frame was lost, or came that nobody had
 * sent.
 */
#include "wire.h"

enum { MAX_SESSIONS = 8192, MAX_IN_FLIGHT = 128, MAX_FRAME = 256, RING = 256, READ_BYTES = 1 << 17, DRAIN_S = 5 };

typedef struct Session Session;
struct Session {
  int socket;
  int answers;           /* Is sent frames, and should be. */
  Session *sender;       /* Who sends when this one has received. */
  long rest;             /* Bytes of the frame under way that are still to come. */
  int headBytes;         /* Of the header under way. */
  unsigned char head[4];
  unsigned char *frames; /* What it sends: RING frames in a row, so that several leave in one call. */
  int ends[RING + 1];    /* Where each of them ends; the first is 0. */
  int next;
};

static Session sessions[MAX_SESSIONS];
static int count;
static int sending = 1;
static long sent, received;
static unsigned char bytes[READ_BYTES];

static const unsigned char MASK[4] = {0x37, 0xfa, 0x21, 0x3d};

/* `users` is how many there are to draw a recipient from; without any, each frame is `text`. */
static void buildFrames(Session *session, const char *text, int users) {
  char drawn[MAX_FRAME];
  session->frames = malloc(RING * MAX_FRAME);
  if (session->frames == NULL) fail("out of memory");
  for (int i = 0; i < RING; i++) {
    if (users > 0) {
      snprintf(drawn, sizeof drawn, "{\"toUserId\":\"A%d\",\"message\":\"%s\",\"ephemeral\":true}", rand() % users, MESSAGE);
      text = drawn;
    }
    if (strlen(text) > MAX_FRAME - 8) fail("the text is too long: %s", text);
    session->ends[i + 1] = session->ends[i] + buildFrame(session->frames + session->ends[i], text, MASK);
  }
}

static Session *openSession(int port, const char *userId) {
  Session *session = &sessions[count++];
  unsigned char more[MAX_ANSWER];
  int size;
  session->socket = dial(port, userId, more, &size);
  if (size > 0) fail("%s was sent something on connecting", userId);
  return session;
}

/* Counts the text frames that became whole with these bytes. */
static int scan(Session *session, long size) {
  long at = session->rest;
  int whole = 0;
  if (at > size) {
    session->rest -= size;
    return 0;
  }
  if (at > 0) whole = 1;
  session->rest = 0;
  while (at < size) {
    while (session->headBytes < 2 || (session->headBytes < 4 && session->head[1] == 126)) {
      if (at == size) return whole;
      session->head[session->headBytes++] = bytes[at++];
    }
    if (session->head[0] != 0x81 || session->head[1] > 126) {
      fail("expected a text frame of less than 64 KiB, got the header %02x %02x", session->head[0], session->head[1]);
    }
    at += session->head[1] == 126 ? session->head[2] * 256 + session->head[3] : session->head[1];
    session->headBytes = 0;
    whole += 1;
  }
  session->rest = at - size;
  return session->rest > 0 ? whole - 1 : whole;
}

static void sendFrames(Session *session, int frames) {
  if (frames > MAX_IN_FLIGHT) fail("%d frames came at once, which is more than expected", frames);
  if (session->next + frames > RING) session->next = 0;
  const unsigned char *first = session->frames + session->ends[session->next];
  long size = session->ends[session->next + frames] - session->ends[session->next];
  session->next += frames;
  sent += frames;
  ssize_t wrote = send(session->socket, first, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (wrote != size) fail("the server does not take what is sent: %s", wrote < 0 ? strerror(errno) : "buffer full");
}

static void receive(Session *session) {
  ssize_t size = recv(session->socket, bytes, sizeof bytes, 0);
  if (size <= 0) fail("the server closed a session: %s", size == 0 ? "end of stream" : strerror(errno));
  int whole = scan(session, size);
  if (whole == 0) return;
  if (!session->answers) fail("a session was sent something, and should not be");
  received += whole;
  if (sending && session->sender != NULL) sendFrames(session->sender, whole);
}

static void openAll(const char *scenario, int port, int number) {
  char userId[32], text[MAX_FRAME];
  for (int i = 0; i < number; i++) {
    snprintf(userId, sizeof userId, "A%d", i);
    Session *session = openSession(port, userId);
    if (strcmp(scenario, "pairs") == 0) {
      snprintf(userId, sizeof userId, "B%d", i);
      Session *partner = openSession(port, userId);
      partner->answers = 1;
      partner->sender = session;
      snprintf(text, sizeof text, "{\"toUserId\":\"B%d\",\"message\":\"%s\",\"ephemeral\":true}", i, MESSAGE);
      buildFrames(session, text, 0);
      continue;
    }
    session->answers = 1;
    if (strcmp(scenario, "broadcast") == 0) {
      snprintf(text, sizeof text, "{\"message\":\"%s\"}", MESSAGE);
      if (i == 0) buildFrames(session, text, 0);
      continue;
    }
    session->sender = session;
    buildFrames(session, "ping", strcmp(scenario, "crowd") == 0 ? number : 0);
  }
}

int main(int argc, char **argv) {
  if (argc != 8) fail("expected: <scenario> <port> <sessions> <inFlight> <warmUpMs> <measureMs> <serverPid>");
  const char *scenario = argv[1];
  int number = atoi(argv[3]), inFlight = atoi(argv[4]), broadcast = strcmp(scenario, "broadcast") == 0;
  double warmUpS = atof(argv[5]) / 1e3, measureS = atof(argv[6]) / 1e3;
  if (!broadcast && strcmp(scenario, "crowd") != 0 && strcmp(scenario, "pairs") != 0 && strcmp(scenario, "pings") != 0) {
    fail("no such scenario: %s", scenario);
  }
  if (number < 1 || number > MAX_SESSIONS / 2) fail("cannot open %d sessions", number);
  if (inFlight < 1 || inFlight > MAX_IN_FLIGHT) fail("cannot have %d in flight", inFlight);
  clockid_t serverClock = clockOfProcess(argv[7]);

  openAll(scenario, atoi(argv[2]), number);
  int poll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = &sessions[i]};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, sessions[i].socket, &interest) != 0) fail("epoll: %s", strerror(errno));
  }
  for (int i = 0; i < count; i++) {
    if (sessions[i].frames != NULL) sendFrames(&sessions[i], inFlight);
  }

  static struct epoll_event ready[1024];
  long copies = broadcast ? number : 1, measured = 0;
  double start = secondsOf(CLOCK_MONOTONIC), from = 0, to = 0, now;
  double serverS = 0, loopS = 0, loadS = 0, machineS = 0;
  do {
    int events = epoll_wait(poll, ready, 1024, 100);
    for (int i = 0; i < events; i++) receive(ready[i].data.ptr);
    while (broadcast && sending && received >= (sent - inFlight + 1) * copies) sendFrames(&sessions[0], 1);
    now = secondsOf(CLOCK_MONOTONIC);
    if (from == 0 && now - start >= warmUpS) {
      from = now;
      measured = received;
      serverS = secondsOf(serverClock);
      loopS = loopSeconds(argv[7]);
      loadS = secondsOf(CLOCK_PROCESS_CPUTIME_ID);
      machineS = machineSeconds();
    } else if (sending && from != 0 && now - from >= measureS) {
      to = now;
      measured = received - measured;
      serverS = secondsOf(serverClock) - serverS;
      loopS = loopSeconds(argv[7]) - loopS;
      loadS = secondsOf(CLOCK_PROCESS_CPUTIME_ID) - loadS;
      machineS = machineSeconds() - machineS;
      sending = 0;
    }
  } while (sending || (received < sent * copies && now - to < DRAIN_S));
  if (received != sent * copies) fail("%ld frames should have come, %ld did", sent * copies, received);

  printf("{\"frames\":%ld,\"seconds\":%.6f,\"serverS\":%.6f,\"loopS\":%.6f,", measured, to - from, serverS, loopS);
  printf("\"loadS\":%.6f,\"othersS\":%.6f}\n", loadS, machineS - serverS - loadS);
  return 0;
}
