/** One thing measured beside the thing that limits it, in the same rounds. */
export interface Result {
  what: string;
  unit: string;
  ours: number;
  beside: string;
  theirs: number;
}

export type Run = (index: number) => Promise<unknown>;

export const ROUNDS = 5;

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** How many a second, with `inFlight` of them under way all the time. */
export const rate = async (count: number, inFlight: number, run: Run): Promise<number> => {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < count) await run(next++);
    }),
  );
  return count / ((performance.now() - started) / 1000);
};

/** The median time of one alone, in microseconds. */
export const alone = async (count: number, run: Run): Promise<number> => {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await run(index);
    times.push((performance.now() - started) * 1000);
  }
  return median(times);
};

/** Both in turn, one round to warm up and five that count; the medians of those. */
export const sideBySide = async (
  ours: (round: number) => Promise<number>,
  theirs: (round: number) => Promise<number>,
): Promise<{ ours: number; theirs: number }> => {
  const measured = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const values = { ours: await ours(round), theirs: await theirs(round) };
    if (round === 0) continue;
    measured.ours.push(values.ours);
    measured.theirs.push(values.theirs);
  }
  return { ours: median(measured.ours), theirs: median(measured.theirs) };
};

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);

export const table = (results: readonly Result[]): string =>
  [
    '| What | Rollcall | Beside | | Ratio |',
    '| --- | ---: | --- | ---: | ---: |',
    ...results.map(
      ({ what, unit, ours, beside, theirs }) =>
        `| ${what} | ${number(ours)} ${unit} | ${beside} | ${number(theirs)} ${unit} | ${(ours / theirs).toFixed(2)} × |`,
    ),
  ].join('\n');
