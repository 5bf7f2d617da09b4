import leven from 'leven';

/** The candidate that somebody most likely meant, if any is near enough to be worth offering. */
export const nearest = (typed: string, candidates: readonly string[]): string | undefined => {
  const allowed = Math.max(1, Math.ceil(typed.length / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    const distance = candidate.startsWith(typed)
      ? 0.5
      : leven(typed, candidate, { maxDistance: allowed + 1 });
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
};
