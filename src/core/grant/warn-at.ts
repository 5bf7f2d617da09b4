/** How long before the end its holder hears of it. */
const LEADS = [24 * 3600_000, 3600_000];

/**
 * When the holder of something that lasts from `start` to `end` hears next, after `after`, that it is about to end;
 * null: no more. What lasts no longer than a warning's lead has no such warning: its holder has only just been told.
 */
export const warnAt = (start: Date, end: Date | null, after: Date = start): Date | null => {
  if (end === null) return null;
  const span = end.getTime() - start.getTime();
  const times = LEADS.filter((lead) => span > lead).map((lead) => new Date(end.getTime() - lead));
  return times.find((at) => at > after) ?? null;
};
