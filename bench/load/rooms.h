/* What the sessions of rooms.c say, and what they check of all that comes. */
#include "wire.h"

enum {
  PAIRS = 50,
  MAX_FRAME = 8192,
  MAX_TEXT = 512,
  RING = 512, /* Messages of a room that may be under way. */
  DIRECT_RING = 8192,
  CONFIRM_EVERY = 16
};

static const unsigned char CLEAR[4] = {0, 0, 0, 0};

typedef struct {
  int socket;
  int room; /* -1: one of a pair. */
  int isSynced, isJoined;
  int count; /* Of the users in the room, as it was last told. */
  long got;  /* Messages of the room, or from the partner. */
  int restSize;
  unsigned char *rest;
} Session;

typedef struct {
  long number; /* 0 while nothing is under way here. */
  long place, ackedAs;
} Sent;

/* What comes to everyone as the `at`-th message. */
typedef struct {
  long at, number;
  int size, delivered;
  char text[MAX_TEXT];
} Place;

typedef struct {
  int first; /* Of its sessions. */
  long sent, placed;
  Sent ring[RING];
  Place places[RING];
} Room;

typedef struct {
  float *values;
  long count, room;
} Times;

static Session *sessions;
static Room *rooms;
static int roomCount, perRoom, talkers, isMinim, closedLoop, measuring;

static long deliveries, deliveredBytes, underWay, directSent, directDone;
static long joinedAll, countedAll, syncedAll;
static double directDues[DIRECT_RING];
static Times directTimes;
static double now;

static int ascending(const void *one, const void *other) {
  float difference = *(const float *)one - *(const float *)other;
  return (difference > 0) - (difference < 0);
}

static void note(Times *times, double seconds) {
  if (times->count == times->room) {
    times->room = times->room * 2 + 1024;
    times->values = realloc(times->values, (size_t)times->room * sizeof(float));
    if (times->values == NULL) fail("out of memory");
  }
  times->values[times->count++] = (float)(seconds * 1e3);
}

static double percentile(Times *times, double share) {
  if (times->count == 0) return 0;
  qsort(times->values, (size_t)times->count, sizeof(float), ascending);
  return times->values[(long)((double)(times->count - 1) * share)];
}

static int begins(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

static const char *after(const char *text, const char *needle) {
  const char *at = strstr(text, needle);
  if (at == NULL) fail("expected %s in %s", needle, text);
  return at + strlen(needle);
}

static long numberAfter(const char *text, const char *needle) { return atol(after(text, needle)); }

static void sendText(Session *session, const char *text) {
  unsigned char frame[MAX_TEXT + 8];
  int size = buildFrame(frame, text, CLEAR);
  ssize_t wrote = send(session->socket, frame, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (wrote != size) fail("the server does not take what is sent: %s", wrote < 0 ? strerror(errno) : "buffer full");
}

/* The number of a message as Minim writes it in a `messageId`. */
static const char *base36(long number) {
  static char text[16];
  int at = sizeof text - 1;
  for (text[at] = 0; number > 0; number /= 36) text[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36];
  return text + at;
}

static void talk(int at) {
  Room *room = &rooms[at];
  int from = room->first + rand() % perRoom;
  long number = ++room->sent;
  Sent *sent = &room->ring[number % RING];
  char text[MAX_TEXT];
  if (sent->number != 0) fail("room %d has %d messages under way: the server does not keep up", at, RING);
  *sent = (Sent){.number = number};
  if (isMinim) {
    snprintf(text, sizeof text, "{\"type\":\"message\",\"id\":\"%ld\",\"room\":\"room%d\",\"message\":\"%09ld %s\"}", number, at,
             number, MESSAGE);
  } else {
    snprintf(text, sizeof text,
             "{\"type\":\"message\",\"room\":\"room%d\",\"messageId\":\"0123456789-%s\",\"seq\":%ld,\"fromUserId\":\"u%d\","
             "\"message\":\"%09ld %s\",\"sentAt\":1767225600000}",
             at, base36(number), number, from, number, MESSAGE);
  }
  underWay += 1;
  sendText(&sessions[from], text);
}

static void finish(int at, Sent *sent) {
  Room *room = &rooms[at];
  if ((isMinim && sent->ackedAs == 0) || sent->place == 0) return;
  if (isMinim && sent->ackedAs != sent->place) {
    fail("message %ld of room %d was acked as %ld and is %ld", sent->number, at, sent->ackedAs, sent->place);
  }
  if (room->places[sent->place % RING].delivered < perRoom) return;
  sent->number = 0;
  underWay -= 1;
  if (closedLoop) talk(at);
}

/* The first to get a message says what everyone gets in this place. */
static void settle(int at, Place *place, long next, const char *text, int size) {
  Room *room = &rooms[at];
  if (next != room->placed + 1) fail("room %d: message %ld came behind %ld: %s", at, next, room->placed, text);
  if (size >= MAX_TEXT) fail("a message of %d bytes", size);
  if (isMinim && numberAfter(text, "\"seq\":") != next) fail("expected the seq %ld: %s", next, text);
  if (place->at != 0 && place->delivered < perRoom) fail("room %d: message %ld is not with all yet", at, place->at);
  long number = numberAfter(text, "\"message\":\"");
  Sent *sent = &room->ring[number % RING];
  if (sent->number != number || sent->place != 0) fail("room %d: came again, or was never sent: %s", at, text);
  sent->place = room->placed = next;
  place->at = next;
  place->number = number;
  place->size = size;
  place->delivered = 0;
  memcpy(place->text, text, (size_t)size);
}

static void onMessage(Session *session, const char *text, int size) {
  Room *room = &rooms[session->room];
  long next = session->got + 1;
  Place *place = &room->places[next % RING];
  if (place->at != next) settle(session->room, place, next, text, size);
  if (place->size != size || memcmp(place->text, text, (size_t)size) != 0) {
    fail("room %d: expected what others got as message %ld, got %s", session->room, next, text);
  }
  session->got = next;
  deliveries += 1;
  deliveredBytes += size;
  place->delivered += 1;
  if (place->delivered == perRoom) finish(session->room, &room->ring[place->number % RING]);
}

static void onCount(Session *session, const char *text) {
  int told = (int)numberAfter(text, "\"count\":");
  countedAll += (told == perRoom) - (session->count == perRoom);
  session->count = told;
}

static void onOther(Session *session, const char *text) {
  if (begins(text, "{\"type\":\"joined\"")) {
    if (session->isJoined) fail("a session joined twice: %s", text);
    session->isJoined = 1;
    joinedAll += 1;
    if (isMinim) onCount(session, text);
  } else if (begins(text, "{\"type\":\"entered\"") || begins(text, "{\"type\":\"members\"")) {
    onCount(session, text);
  } else if (begins(text, "{\"type\":\"synced\"")) {
    session->isSynced = 1;
    syncedAll += 1;
  } else if (!begins(text, "{\"type\":\"welcome\"") && !begins(text, "{\"type\":\"receipt\"")) {
    fail("a session got %s", text);
  }
}

static void onRoomText(Session *session, const char *text, int size) {
  if (begins(text, "{\"type\":\"message\"")) return onMessage(session, text, size);
  if (!begins(text, "{\"type\":\"ack\"")) return onOther(session, text);
  long number = numberAfter(text, "\"id\":\"");
  Sent *sent = &rooms[session->room].ring[number % RING];
  if (sent->number != number || sent->ackedAs != 0) fail("a second answer: %s", text);
  sent->ackedAs = numberAfter(text, "\"seq\":");
  finish(session->room, sent);
}

static void writeDirect(double due) {
  int pair = (int)(directSent % PAIRS);
  char text[MAX_TEXT];
  if (directSent - directDone >= DIRECT_RING) fail("%d direct messages are under way", DIRECT_RING);
  directDues[directSent % DIRECT_RING] = due;
  snprintf(text, sizeof text, "{\"type\":\"message\",\"id\":\"%ld\",\"toUserId\":\"D%d\",\"message\":\"%09ld %s\"}", directSent,
           2 * pair + 1, directSent, MESSAGE);
  directSent += 1;
  sendText(&sessions[talkers + 2 * pair], text);
}

static void onDirectText(Session *session, const char *text) {
  int own = (int)(session - sessions) - talkers;
  char confirm[64];
  if (begins(text, "{\"type\":\"ack\"")) return;
  if (!begins(text, "{\"type\":\"message\"")) return onOther(session, text);
  long number = numberAfter(text, "\"message\":\"");
  if (own % 2 == 0 || number != session->got * PAIRS + own / 2) fail("D%d: not the next one: %s", own, text);
  session->got += 1;
  directDone += 1;
  if (measuring) note(&directTimes, now - directDues[number % DIRECT_RING]);
  if (!isMinim || session->got % CONFIRM_EVERY != 0) return;
  snprintf(confirm, sizeof confirm, "{\"type\":\"received\",\"cursor\":%ld}", numberAfter(text, "\"cursor\":"));
  sendText(session, confirm);
}
