import type { EChartsCoreOption } from 'echarts/core';
import { png } from './png.ts';

/** What the picture of a report shows: one bar for each run, the newest at the right, severities on top of each other. */
export interface Trend {
  /** From the gravest to the slightest, as people read them. */
  severities: readonly string[];
  runs: readonly { at: Date; counts: readonly number[]; incomplete: boolean }[];
  timezone: string;
}

/** Three times the width of a narrow phone, so that one drawing serves every screen. */
const WIDTH = 1080;
const HEIGHT = 720;
const RUNS = 8;
/** Fewer stand at the right of as many places, so that the first report looks like the beginning that it is. */
const FEWEST_PLACES = 5;
/** So many findings reach to the top at least: one alone is no tower. */
const LEAST_HIGH = 5;
/** No bar, where one of nothing would still cut the line that it stands on. */
const NONE = '-';

/** Told apart by people who see no red or green, and by their lightness alone. */
const COLOURS = ['#9d1c3c', '#e08a1e', '#5b8fc7', '#9aa4b2'];
const INK = '#1d2430';
const FAINT = '#586274';
const PAPER = '#f7f8fa';
const EDGE = '#c9cfd8';
const FONT = 'DejaVu Sans';

const LARGE = { fill: INK, fontFamily: FONT, fontWeight: 'bold' };
const SMALL = { fill: FAINT, fontFamily: FONT, fontSize: 40 };

/** Digits and commas that stand beside each other at full size. */
const LONG = 5;

const inThousands = (count: number): string => count.toLocaleString('en');

const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? FAINT;

/** Runs of one day are told apart by the hour. */
const namesOf = (runs: Trend['runs'], timeZone: string): string[] => {
  const days = runs.map(({ at }) =>
    at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone }),
  );
  return new Set(days).size > 1 || runs.length === 1
    ? days
    : runs.map(({ at }) => at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }));
};

const shown = (trend: Trend): Trend['runs'] => trend.runs.slice(-RUNS);

/** The picture in words, for who does not see it. */
export const trendInWords = (trend: Trend): string => {
  const runs = shown(trend);
  const now = runs.at(-1);
  if (!now) return 'No findings have been counted yet.';
  const counts = (run: Trend['runs'][number]): string =>
    trend.severities.map((name, index) => `${run.counts[index] ?? 0} ${name.toLowerCase()}`).join(', ');
  const names = namesOf(runs, trend.timezone);
  const said = runs.map(
    (run, index) => `${names[index]}: ${counts(run)}${run.incomplete ? ' (incomplete)' : ''}`,
  );
  return `Bar chart of findings by severity in the last ${runs.length === 1 ? 'report' : `${runs.length} reports`}. ${said.join('; ')}.`;
};

const legend = (trend: Trend, counts: readonly number[]) => {
  const width = (WIDTH - 96) / trend.severities.length;
  const numbers = trend.severities.map((_, index) => inThousands(counts[index] ?? 0));
  const fontSize = numbers.some((number) => number.length > LONG) ? 48 : 72;
  return trend.severities.flatMap((name, index) => {
    const x = 48 + index * width;
    return [
      {
        type: 'rect',
        shape: { x, y: 48, width: 20, height: 118, r: 6 },
        style: { fill: colourOf(index) },
      },
      {
        type: 'text',
        style: { ...LARGE, fontSize, x: x + 40, y: 116 - fontSize, text: numbers[index] },
      },
      { type: 'text', style: { ...SMALL, x: x + 40, y: 122, text: name } },
    ];
  });
};

/** Beside the only bar there is, where the next ones push it to. */
const beginning = () => ({
  type: 'text',
  style: {
    ...SMALL,
    x: 48,
    y: 400,
    text: 'The first report.\nThe next ones\nstand beside it.',
    lineHeight: 56,
  },
});

const optionOf = (trend: Trend): EChartsCoreOption => {
  const runs = shown(trend);
  const empty = Math.max(0, FEWEST_PLACES - runs.length);
  const inPlace = <T>(values: readonly T[], nothing: T): T[] => [...Array(empty).fill(nothing), ...values];
  const label = { color: FAINT, fontFamily: FONT, fontSize: 36 };
  const bars = trend.severities.map((name, index) => ({
    name,
    type: 'bar',
    stack: 'findings',
    barMaxWidth: 90,
    itemStyle: { color: colourOf(index), borderColor: PAPER, borderWidth: 3 },
    data: inPlace<number | string>(
      runs.map((run) => run.counts[index] || NONE),
      NONE,
    ),
  }));
  const totals = {
    type: 'bar',
    stack: 'findings',
    silent: true,
    label: {
      show: true,
      position: 'insideBottom',
      ...label,
      color: INK,
      fontWeight: 'bold',
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const run = runs[dataIndex - empty];
        return run
          ? `${inThousands(run.counts.reduce((sum, count) => sum + count, 0))}${run.incomplete ? '?' : ''}`
          : '';
      },
    },
    itemStyle: { color: 'transparent' },
    data: Array(empty + runs.length).fill(0),
  };
  return {
    animation: false,
    backgroundColor: 'transparent',
    grid: { left: 40, right: 40, top: 236, bottom: 84 },
    graphic: [
      {
        type: 'rect',
        z: -10,
        shape: { x: 3, y: 3, width: WIDTH - 6, height: HEIGHT - 6, r: 28 },
        style: { fill: PAPER, stroke: EDGE, lineWidth: 3 },
      },
      ...legend(trend, runs.at(-1)?.counts ?? []),
      ...(runs.length === 1 ? [beginning()] : []),
    ],
    xAxis: {
      type: 'category',
      z: 5,
      data: inPlace(namesOf(runs, trend.timezone), ''),
      axisLabel: {
        ...label,
        interval: (index: number) => runs.length <= FEWEST_PLACES || (runs.length - 1 - index) % 2 === 0,
      },
      axisLine: { lineStyle: { color: EDGE, width: 3 } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      show: false,
      minInterval: 1,
      max: ({ max }: { max: number }) => Math.max(max, LEAST_HIGH),
    },
    series: [...bars, totals],
  };
};

/** A PNG on paper of its own, so that it reads the same on a light and on a dark screen. */
export const drawTrend = (trend: Trend): Promise<Uint8Array> =>
  png(optionOf(trend), { width: WIDTH, height: HEIGHT });
