/** One load process of `soak.mjs`: its share of the devices, which send, die and come back until it is told to settle. */
import { SoakDevice } from './soak-device.mjs';

const TICK_MS = 10;
const MOST_ASKED = 10;
const DIAL_EVERY_MS = 2;
/** A device that went down stays there at most so long. */
const MOST_DOWN_MS = 10_000;

const {
  port,
  process: own,
  processes,
  devices: total,
  users,
  contacts,
  rate,
  upsAndDowns,
} = JSON.parse(process.argv[2]);
const userOf = (device) => `user${device % users}`;
const devices = [];
for (let at = own; at < total; at += processes) {
  const others = Array.from({ length: contacts }, () => (at + 1 + Math.floor(Math.random() * (users - 1))) % users);
  const names = others.map((user) => userOf(user === at % users ? user + 1 : user));
  devices.push(new SoakDevice({ at, userId: userOf(at), url: `ws://127.0.0.1:${port}`, contacts: names, userOf }));
}
let due = 0;
let last = performance.now();
let timer;

const orders = {
  /** Every device is known to the server before anything is sent. */
  async begin() {
    for (const device of devices) {
      device.start();
      await new Promise((resolve) => setTimeout(resolve, DIAL_EVERY_MS));
    }
    while (!devices.every(({ synced }) => synced)) await new Promise((resolve) => setTimeout(resolve, 50));
  },
  run() {
    last = performance.now();
    timer = setInterval(tick, TICK_MS);
  },
  settle() {
    clearInterval(timer);
    settling = true;
    for (const device of devices) if (!device.isUp) device.start();
  },
  status() {},
  report() {},
};
let settling = false;

process.on('message', async (order) => {
  await orders[order]();
  process.send(order === 'report' ? report() : status());
});
process.on('disconnect', () => process.exit());

function tick() {
  const now = performance.now();
  const seconds = Math.min(now - last, 200) / 1000;
  last = now;
  due += (rate / processes) * seconds;
  for (; due >= 1; due -= 1) sendFromAny();
  if (Math.random() < (upsAndDowns / processes) * seconds) upset(anyOf(devices));
}

/** Some of those asked are down. */
function sendFromAny() {
  for (let asked = 0; asked < MOST_ASKED && !anyOf(devices).send(); asked += 1);
}

function upset(device) {
  if (!device.isUp) return;
  const kind = Math.floor(Math.random() * 3);
  if (kind === 0) return device.dropSocket();
  if (kind === 1) device.close();
  else device.crash();
  setTimeout(() => {
    if (!settling) device.start();
  }, Math.random() * MOST_DOWN_MS);
}

function status() {
  const sum = (value) => devices.reduce((all, device) => all + value(device), 0);
  return {
    handed: sum(({ handed }) => handed.reduce((all, count) => all + count, 0)),
    acked: sum(({ acked }) => acked),
    told: sum(({ told }) => told),
    memoryMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

/** All that the checks at the end need, device by device. */
function report() {
  return devices.map(({ at, handed, contacts: to, unanswered, cursor, last: lastTold, missing, faults }) => ({
    at,
    handed,
    contacts: to,
    unanswered,
    cursor,
    told: [...lastTold],
    missing: missing.size,
    faults,
  }));
}

function anyOf(list) {
  return list[Math.floor(Math.random() * list.length)];
}
