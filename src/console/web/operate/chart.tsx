import { useState } from 'preact/hooks';
import { GAP_MS, type Point } from './history.js';
import { timeAndDay } from './times.js';

const WIDTH = 300;
const HEIGHT = 72;

export interface Series {
  readonly name: string;
  readonly of: (point: Point) => number | undefined;
}

interface ChartProps {
  readonly title: string;
  /** What it is, in a sentence, for whoever rests on the title. */
  readonly about: string;
  readonly series: readonly Series[];
  readonly format: (value: number | undefined) => string;
  /** The scale goes at least so far, so that nothing looks like a mountain that is none. */
  readonly least: number;
  readonly points: readonly Point[];
  /** How many are drawn. */
  readonly minutes: number;
  readonly ago: string;
  readonly summary: string;
}

/** The last five minutes of up to three series, the newest at the right edge. */
export function Chart({ title, about, series, format, least, points, minutes, ago, summary }: ChartProps) {
  const [pointed, setPointed] = useState<Point>();
  const end = points.at(-1)?.at ?? 0;
  const top = niceTop(Math.max(least, ...points.flatMap((point) => series.map(({ of }) => of(point) ?? 0))));
  const width = minutes * 60_000;
  const xOf = (at: number) => WIDTH - ((end - at) * WIDTH) / width;
  const yOf = (value: number) => HEIGHT - (value * (HEIGHT - 2)) / top - 1;
  const shown = pointed !== undefined && points.includes(pointed) ? pointed : points.at(-1);
  const point = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const { right, width: drawnWidth } = event.currentTarget.getBoundingClientRect();
    setPointed(nearest(points, end - ((right - event.clientX) / drawnWidth) * width));
  };
  return (
    <figure class="panel chart">
      <figcaption title={about}>{title}</figcaption>
      <p class="now">
        {series.map(({ name, of }, index) => (
          <span key={name} class={`series-${index + 1}`}>
            {series.length > 1 && <span class="key">{name}</span>}
            <b>{format(shown && of(shown))}</b>
          </span>
        ))}
        {pointed !== undefined && shown === pointed && (
          <time>{timeAndDay(pointed.at, document.documentElement.lang)}</time>
        )}
      </p>
      <div class="plot">
        <span class="top-of-scale" aria-hidden="true">
          {format(top)}
        </span>
        <svg
          role="img"
          aria-label={`${title}: ${summary}`}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          onPointerMove={point}
          onPointerLeave={() => setPointed(undefined)}
        >
          <path class="scale" d={`M0 1H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 1}H${WIDTH}`} />
          {series.map(({ name, of }, index) => (
            <path key={name} class={`drawn series-${index + 1}`} d={pathOf(points, of, xOf, yOf)} />
          ))}
          {pointed !== undefined && shown === pointed && (
            <path class="pointer" d={`M${xOf(pointed.at).toFixed(1)} 0V${HEIGHT}`} />
          )}
        </svg>
        <span class="ago" aria-hidden="true">
          {ago}
        </span>
      </div>
    </figure>
  );
}

/** A line through what is known; where something is not known, or nobody looked, there is none. */
function pathOf(
  points: readonly Point[],
  of: Series['of'],
  xOf: (at: number) => number,
  yOf: (value: number) => number,
): string {
  let path = '';
  let before: Point | undefined;
  for (const point of points) {
    const value = of(point);
    if (value === undefined) {
      before = undefined;
      continue;
    }
    const isNew = before === undefined || point.at - before.at > GAP_MS;
    const place = `${xOf(point.at).toFixed(1)} ${yOf(value).toFixed(1)}`;
    // A point by itself would not be seen: it is drawn as a short line.
    path += isNew ? `M${place}h0.1` : `L${place}`;
    before = point;
  }
  return path;
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value * 0.999_999) ?? 10;
  return step * power;
}

function nearest(points: readonly Point[], at: number): Point | undefined {
  return points.reduce<Point | undefined>(
    (best, point) => (best === undefined || Math.abs(point.at - at) < Math.abs(best.at - at) ? point : best),
    undefined,
  );
}
