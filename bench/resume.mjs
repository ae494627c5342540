/**
 * The resume storm: devices that all come back at once to what they missed, and each must get exactly that.
 * `node bench/resume.mjs [--devices 10000] [--missed 10] [--dials-at-once 500] [--rounds 3]`
 */
import { parseArgs } from 'node:util';
import { median } from './support/figures.mjs';
import { generateResumes } from './support/generator.mjs';
import { machine } from './support/machine.mjs';
import { peers, startServer } from './support/server.mjs';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '10000' },
    missed: { type: 'string', default: '10' },
    'dials-at-once': { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
  },
});
const { devices, missed, 'dials-at-once': dialsAtOnce } = values;
const peer = peers().find(({ name }) => name === 'minim on uws');
const rates = [];

console.log(`${machine()}. ${devices} devices come back at once, ${missed} missed messages each.`);
for (let round = 0; round < Number(values.rounds); round += 1) {
  const server = await startServer(peer, { mayRoam: true });
  try {
    const found = await generateResumes({ devices, missed, dialsAtOnce }, server);
    const { seconds, serverS, messages, resumeMs, othersS } = found;
    rates.push(found.devices / seconds);
    const [p50, p99, most] = resumeMs.map((ms) => ms.toFixed(0));
    console.log(
      `all in ${seconds.toFixed(2)} s: ${Math.round(found.devices / seconds)} resumes and ${Math.round(messages / seconds)} messages a second; ` +
        `a device took p50 ${p50}, p99 ${p99}, max ${most} ms; ${((serverS * 1e6) / found.devices).toFixed(0)} µs of the server's CPU each; ` +
        `other programs took ${((100 * othersS) / seconds).toFixed(0)} % of a core`,
    );
  } finally {
    await server.stop();
  }
}
console.log(
  `median ${Math.round(median(rates))} resumes a second; each device got its ${missed}, in order, then synced`,
);
