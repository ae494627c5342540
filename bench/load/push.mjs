/**
 * The load of `push.mjs`: another server that sends messages over HTTP, each answer awaited before a connection is used again.
 *
 *   node push.mjs '{"port":…,"pid":…,"warmUpMs":…,"measureMs":…,"lanes":[{"size":1,"connections":16,"rate":0}]}'
 *
 * A lane of `size` 1 sends single messages, of more batches of so many. `rate` 0: as fast as answers come; else so many
 * requests a second by the clock, and a time counts from when the request was due. Prints one JSON object and ends with 1 if
 * anything was declined. Ends early, and tells what there is so far, when its input ends.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const { port, pid, warmUpMs, measureMs, lanes } = JSON.parse(process.argv[2]);
const USERS = 20_000;
const TEXT = 'x'.repeat(97);
/** So that two of these can send to one server. */
const OWN = process.pid.toString(36);
const KEY = process.env.BENCH_API_KEY ?? '';
const STORED = Buffer.from('"status":201');

let sent = 0;
let measuring = false;
const found = lanes.map(({ size }) => ({ size, requests: 0, times: [] }));
const connections = lanes.flatMap((lane, at) =>
  Array.from({ length: lane.connections }, () => new Connection(lane, at)),
);

await Promise.all(connections.map((each) => each.opened));
for (const [at, lane] of lanes.entries())
  drive(
    connections.filter((each) => each.at === at),
    lane,
  );
await pause(warmUpMs);
measuring = true;
const from = performance.now();
const [serverFrom, loopFrom] = cpuSeconds();
process.stdin.resume();
await Promise.race([pause(measureMs), new Promise((resolve) => process.stdin.once('end', resolve))]);
const seconds = (performance.now() - from) / 1000;
const [serverTo, loopTo] = cpuSeconds();
const told = found.map(({ size, requests, times }) => ({
  size,
  requests,
  ms: [percentile(times, 0.5), percentile(times, 0.99)],
}));
process.stdout.write(
  JSON.stringify({ seconds, serverS: serverTo - serverFrom, loopS: loopTo - loopFrom, lanes: told }),
  () => process.exit(0),
);

/** One keep-alive connection with at most one request under way. */
function Connection({ size }, at) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let rest = Buffer.alloc(0);
  let done;
  this.at = at;
  this.opened = new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  this.send = (due, then) => {
    done = () => {
      if (measuring) {
        found[at].requests += 1;
        found[at].times.push(performance.now() - due);
      }
      then();
    };
    socket.write(size === 1 ? single() : batch(size));
  };
  socket.on('close', () => fail('the server closed a connection'));
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const head = rest.indexOf('\r\n\r\n');
    if (head < 0) return;
    const headers = rest.latin1Slice(0, head);
    const length = Number(/content-length: (\d+)/i.exec(headers)?.[1]);
    if (rest.length < head + 4 + length) return;
    const body = rest.subarray(head + 4, head + 4 + length);
    rest = rest.subarray(head + 4 + length);
    check(headers, body, size);
    done();
  });
}

function check(headers, body, size) {
  const expected = size === 1 ? ' 201 ' : ' 207 ';
  const isWhole = size === 1 || occurrences(body, STORED) === size;
  if (!headers.slice(0, 14).includes(expected) || !isWhole) fail(`${headers}\n\n${body.toString().slice(0, 500)}`);
}

function occurrences(body, what) {
  let count = 0;
  for (let at = body.indexOf(what); at >= 0; at = body.indexOf(what, at + what.length)) count += 1;
  return count;
}

function drive(own, { rate }) {
  if (rate > 0) return byTheClock(own, rate);
  for (const connection of own) {
    const again = () => connection.send(performance.now(), again);
    again();
  }
}

/** What is due while no connection is free waits for one. */
function byTheClock(own, rate) {
  const start = performance.now();
  const free = [...own];
  let next = 0;
  const look = () => {
    for (let due = dueOf(next); due <= performance.now() && free.length > 0; due = dueOf(next)) {
      const connection = free.pop();
      connection.send(due, () => free.push(connection) && look());
      next += 1;
    }
  };
  const dueOf = (number) => start + (number * 1000) / rate;
  setInterval(look, 1);
}

function single() {
  sent += 1;
  const body = `{"toUserId":"U${sent % USERS}","message":"${TEXT}"}`;
  return request('PUT', `/api/v1/messages/${OWN}-${sent}`, body);
}

/** To so many different users. */
function batch(size) {
  const items = [];
  for (let item = 0; item < size; item += 1) {
    sent += 1;
    items.push(`{"id":"${OWN}-${sent}","toUserId":"U${sent % USERS}","message":"${TEXT}"}`);
  }
  return request('POST', '/api/v1/messages/batch', `{"items":[${items.join(',')}]}`);
}

function request(method, path, body) {
  return (
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Api-Key: ${KEY}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}

function percentile(times, share) {
  const sorted = times.sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

/** CPU time of the server, and of its first thread, which has the event loop; to 10 ms. */
function cpuSeconds() {
  return [`/proc/${pid}/stat`, `/proc/${pid}/task/${pid}/stat`].map((file) => {
    const fields = readFileSync(file, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function fail(because) {
  process.stderr.write(`${because}\n`);
  process.exit(1);
}
