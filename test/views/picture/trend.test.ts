import { describe, expect, test } from 'vitest';
import { drawTrend, type Trend, trendInWords } from '../../../src/views/picture/trend.ts';

const WEEK = 7 * 86_400_000;
const NEWEST = Date.UTC(2026, 10, 20, 8);

const trend = (runs: number, counts = (_: number): number[] => [1, 0, 2]): Trend => ({
  severities: ['High', 'Medium', 'Low'],
  timezone: 'Europe/Berlin',
  runs: Array.from({ length: runs }, (_, index) => ({
    at: new Date(NEWEST - (runs - 1 - index) * WEEK),
    counts: counts(index),
    incomplete: index === 0 && runs > 1,
  })),
});

const sizeOf = (picture: Uint8Array) => {
  const view = new DataView(picture.buffer, picture.byteOffset);
  return {
    signature: Buffer.from(picture.subarray(1, 4)).toString(),
    width: view.getUint32(16),
    height: view.getUint32(20),
  };
};

describe('the trend of findings', () => {
  test.each([0, 1, 2, 8, 30])('of %i runs is a PNG three times as wide as a narrow phone', async (runs) => {
    const picture = await drawTrend(trend(runs));
    expect(sizeOf(picture)).toEqual({ signature: 'PNG', width: 1080, height: 720 });
    expect(picture.byteLength).toBeLessThan(100_000);
  });

  test('is the same picture for the same findings, and another one for others', async () => {
    const once = await drawTrend(trend(3));
    expect(Buffer.from(await drawTrend(trend(3))).equals(Buffer.from(once))).toBe(true);
    expect(Buffer.from(await drawTrend(trend(3, () => [2, 0, 2]))).equals(Buffer.from(once))).toBe(false);
  });

  test('is said in words, what could not be read included', () => {
    expect(trendInWords(trend(2))).toBe(
      'Bar chart of findings by severity in the last 2 reports. 13 Nov: 1 high, 0 medium, 2 low (incomplete); 20 Nov: 1 high, 0 medium, 2 low.',
    );
    expect(trendInWords(trend(0))).toBe('No findings have been counted yet.');
  });

  test('tells reports of one day apart by the hour, in the zone of the schedule', () => {
    const [run] = trend(1).runs;
    const later = run && { ...run, at: new Date(NEWEST + 3_600_000), counts: [0, 0, 2] };
    const words = trendInWords({ ...trend(1), runs: run && later ? [run, later] : [] });
    expect(words).toContain('09:00: 1 high');
    expect(words).toContain('10:00: 0 high');
  });
});
