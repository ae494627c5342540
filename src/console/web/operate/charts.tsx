import { useChanges } from '../shared/changes.js';
import { useLanguage, useWords } from '../shared/language.js';
import { Chart, type Series } from './chart.js';
import { KEPT_MS, type Point } from './history.js';
import { Scrolling } from './scrolling.js';
import type { Watch } from './watch.js';
import { WORDS } from './words.js';
import './charts.css';

/** Of a point. */
type SeriesName = Exclude<keyof Point, 'at'>;

interface ChartKind {
  readonly name: 'sessions' | 'messages' | 'waits' | 'lag' | 'queues';
  readonly unit: 'count' | 'rate' | 'seconds';
  readonly least: number;
  readonly series: readonly SeriesName[];
}

const CHARTS: readonly ChartKind[] = [
  { name: 'sessions', unit: 'count', least: 5, series: ['sessions', 'users'] },
  { name: 'messages', unit: 'rate', least: 5, series: ['came', 'went'] },
  { name: 'waits', unit: 'seconds', least: 0.01, series: ['ack', 'delivery'] },
  { name: 'lag', unit: 'seconds', least: 0.01, series: ['lag'] },
  { name: 'queues', unit: 'count', least: 5, series: ['writes', 'reads', 'hooks'] },
];

/** How the node does, for the last five minutes. */
export function Charts({ watch }: { watch: Watch }) {
  const words = useWords(WORDS);
  const language = useLanguage();
  useChanges(watch.changes);
  const { points } = watch.history;
  const minutes = minutesOf(points);
  const drawn = CHARTS.map(({ name, unit, least, series }) => {
    const format = (value: number | undefined) => formatted(value, unit, language);
    const shown = series.map((each): Series => ({ name: words.series[each], of: (point) => point[each] }));
    const rows = shown.map((each) => ({ name: each.name, ...rangeOf(points, each) }));
    const sentence = rows.map((row) => words.range(row.name, format(row.now), format(row.low), format(row.high)));
    return { name, title: words.charts[name], about: words.about[name], least, format, shown, rows, sentence };
  });
  return (
    <section class="figures" aria-labelledby="figures-title">
      <div class="section-head">
        <h2 id="figures-title">{words.figures}</h2>
        <p class={watch.trouble ? 'state bad' : 'state good'} role="status">
          {watch.trouble ? words.noAnswer(watch.trouble) : words.live}
        </p>
      </div>
      <div class="charts">
        {drawn.map(({ name, title, about, least, format, shown, sentence }) => (
          <Chart
            key={name}
            title={title}
            about={about}
            series={shown}
            format={format}
            least={least}
            points={points}
            minutes={minutes}
            ago={words.ago(minutes)}
            summary={sentence.join('; ')}
          />
        ))}
      </div>
      <details class="as-table">
        <summary>{words.asTable}</summary>
        <Scrolling title={words.asTable} heads={words.tableHead} hasNoCaption={true}>
          {drawn.flatMap(({ title, rows, format }) =>
            rows.map(({ name, now, low, high }) => (
              <tr key={name}>
                <th scope="row">{rows.length > 1 ? `${title}: ${name}` : title}</th>
                <td>{format(now)}</td>
                <td>{format(low)}</td>
                <td>{format(high)}</td>
              </tr>
            )),
          )}
        </Scrolling>
      </details>
    </section>
  );
}

/** How many minutes are drawn: as many as there is something to see of, at most those that are kept. */
function minutesOf(points: readonly Point[]): number {
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  return Math.max(1, Math.min(KEPT_MS / 60_000, Math.ceil(span / 60_000)));
}

function rangeOf(points: readonly Point[], { of }: Series) {
  const values = points.map(of).filter((value) => value !== undefined);
  const last = points.at(-1);
  if (values.length === 0 || last === undefined) return { now: undefined, low: undefined, high: undefined };
  return { now: of(last), low: Math.min(...values), high: Math.max(...values) };
}

function formatted(value: number | undefined, unit: ChartKind['unit'], language: string): string {
  if (value === undefined) return '–';
  if (unit === 'seconds') {
    if (value >= 1) return `${value.toLocaleString(language, { maximumFractionDigits: 1 })} s`;
    return `${(value * 1_000).toLocaleString(language, { maximumFractionDigits: value < 0.01 ? 1 : 0 })} ms`;
  }
  const digits = unit === 'rate' && value < 10 ? 1 : 0;
  return value.toLocaleString(language, { maximumFractionDigits: digits });
}
