import leven from 'leven';

const MOST = 3;

/** The candidates that somebody most likely meant, best first; none that is too far off to be worth offering. */
export const nearestFew = (typed: string, candidates: readonly string[], most = MOST): string[] => {
  const allowed = Math.max(1, Math.ceil(typed.length / 3));
  const away = (candidate: string): number =>
    candidate.startsWith(typed) ? 0.5 : leven(typed, candidate, { maxDistance: allowed + 1 });
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: away(candidate) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
};

/** The one candidate that somebody most likely meant, if any is near enough. */
export const nearest = (typed: string, candidates: readonly string[]): string | undefined =>
  nearestFew(typed, candidates, 1)[0];

/** The same of e-mail addresses: a slip before the @ or behind it, but colleagues are not each other. */
export const nearestAddresses = (typed: string, candidates: readonly string[]): string[] => {
  const [name = '', domain = ''] = typed.split('@');
  const parts = candidates.map((address) => ({ address, parts: address.split('@') }));
  const names = nearestFew(
    name,
    parts.map(({ parts: [one = ''] }) => one),
    candidates.length,
  );
  const near = names.flatMap((one) =>
    parts
      .filter(({ parts: [its, of = ''] }) => its === one && (one === name || nearest(domain, [of]) === of))
      .map(({ address }) => address),
  );
  return near.slice(0, MOST);
};

/** What a refusal of an unknown name says to do, and has to offer: what is near, or else where to look. */
export const closest = (
  near: readonly string[],
  otherwise: string,
): { todo: string; near: readonly string[] } => ({
  todo: near.length > 0 ? `Closest: ${near.join(', ')}.` : otherwise,
  near,
});
