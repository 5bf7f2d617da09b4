/** For so long somebody may not have seen yet what their press did. */
const UNSEEN = 10_000;

/**
 * Tells a second press of one button from the first: its answer must not take the place of the first one's, which may
 * hold a secret.
 */
export const createPresses = (now: () => number = Date.now): { isFirst(key: string): boolean } => {
  const pressed = new Map<string, number>();
  return {
    isFirst(key) {
      for (const [old, at] of pressed) {
        if (now() - at < UNSEEN) break;
        pressed.delete(old);
      }
      if (pressed.has(key)) return false;
      pressed.set(key, now());
      return true;
    },
  };
};
