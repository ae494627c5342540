import type { Passed } from './wire.js';

const WIDTH = 92;
const HEIGHT = 24;
/** Where the three lines of life are. */
const AT = { left: 9, server: WIDTH / 2, right: WIDTH - 9 };

/** The part of a sequence diagram that one frame takes: from whom to whom. */
export function Lane({ side, direction }: Pick<Passed, 'side' | 'direction'>) {
  const [from, to] = direction === 'out' ? [AT[side], AT.server] : [AT.server, AT[side]];
  const back = to > from ? -6 : 6;
  const middle = HEIGHT / 2;
  return (
    <svg class="lane" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <circle class="end" cx={from} cy={middle} r="2.5" />
      <path class="arrow" d={`M${from} ${middle}H${to}m${back} -4 ${-back} 4 ${back} 4`} />
    </svg>
  );
}
