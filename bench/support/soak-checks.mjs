/**
 * What the devices were told against what was handed over. `reports`: one for each device, in the order of the devices;
 * device i is one of user i % users.
 */
export function checkSoak(reports, users) {
  const userOf = ({ at }) => `user${at % users}`;
  const devices = groupBy(reports, userOf);
  const told = reports.map((report) => new Map(report.told));
  const sum = (value) => reports.reduce((all, report) => all + value(report), 0);
  const heads = new Map();
  let toldExpected = 0;
  let toldInAll = -sum(({ missing }) => missing);
  for (const { sender, at, contact, recipient, count } of reports.flatMap((report) => sends(report, userOf(report)))) {
    for (const user of [sender, recipient]) heads.set(user, (heads.get(user) ?? 0) + count);
    for (const device of [...devices.get(sender), ...devices.get(recipient)]) {
      if (device.at === at) continue;
      toldExpected += count;
      toldInAll += told[device.at].get(`${at} ${contact}`) ?? 0;
    }
  }
  const handed = sum((report) => report.handed.reduce((all, count) => all + count, 0));
  const acked = handed - sum(({ unanswered }) => unanswered);
  const unfinished = reports.filter((report) => report.cursor !== (heads.get(userOf(report)) ?? 0));
  const others = reports.flatMap(({ faults }) => faults.others);
  return {
    handed,
    acked,
    told: toldInAll,
    toldExpected,
    isComplete: acked === handed && toldInAll === toldExpected,
    faults: {
      lost: toldExpected - toldInAll,
      'told twice': sum(({ faults }) => faults.duplicates),
      reordered: sum(({ faults }) => faults.reordered),
      holes: sum(({ faults }) => faults.holes),
      refused: sum(({ faults }) => faults.refused),
      'inboxes that end elsewhere than they should': unfinished.length,
      'other faults': others.length,
    },
    others,
  };
}

/** How many messages went to each contact of a device. */
function sends({ at, handed, contacts }, sender) {
  return handed.map((count, contact) => ({ sender, at, contact, recipient: contacts[contact], count }));
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
