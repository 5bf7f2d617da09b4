import { change, look, type Store, toast } from './store.ts';
import type { Outcome, PageState, Suggested } from './wire.ts';

async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(`/playground/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

/** Does something as the person in whose place we are; says so on the page where it failed. */
export async function deed(path: string, body: { [key: string]: unknown }): Promise<Outcome> {
  try {
    const outcome = await post<Outcome>(path, { as: look().as, ...body });
    if (outcome.failed) toast(outcome.failed);
    return outcome;
  } catch {
    const failed = 'The playground does not answer. Is it still running?';
    toast(failed);
    return { failed };
  }
}

export const ask = (body: { [key: string]: unknown }): Promise<Suggested> =>
  post<Suggested>('suggest', { as: look().as, ...body }).catch(() => ({
    groups: [],
    failed: 'The options could not be loaded.',
  }));

export async function openDirect(person: string): Promise<string | undefined> {
  const opened = await post<{ channel: string }>('direct', { as: look().as, with: person }).catch(
    () => undefined,
  );
  await refresh();
  return opened?.channel;
}

export async function upload(file: File): Promise<{ [key: string]: unknown }> {
  const answer = await fetch(`/playground/upload?as=${look().as}&name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    body: file,
  });
  return (await answer.json()) as { [key: string]: unknown };
}

/** What a reset or a restart has taken away must not stay counted as read or tried. */
function afterReset(state: PageState): { seen: Store['seen']; tried?: string[] } {
  const seen = Object.fromEntries(
    Object.entries(look().seen).map(([key, count]) => {
      const [person = '', channel = ''] = key.split('/');
      return [
        key,
        Math.min(count, key === 'letters' ? state.letters.length : (state.counts[person]?.[channel] ?? 0)),
      ];
    }),
  );
  const empty = Object.values(state.counts).every((channels) => Object.keys(channels).length === 0);
  return empty ? { seen, tried: [] } : { seen };
}

let asking: Promise<void> | undefined;
let again = false;

/** Fetches what the person sees. Calls that come meanwhile are answered by one more round. */
export function refresh(): Promise<void> {
  if (asking) {
    again = true;
    return asking;
  }
  asking = (async () => {
    do {
      again = false;
      const answer = await fetch(`/playground/state?as=${encodeURIComponent(look().as)}`).catch(
        () => undefined,
      );
      if (!answer?.ok) break;
      const state = (await answer.json()) as PageState;
      if (look().as && state.you !== look().as && state.people.some(({ id }) => id === look().as))
        again = true;
      else change({ state, as: state.you, offline: false, ...afterReset(state) });
    } while (again);
  })().finally(() => {
    asking = undefined;
  });
  return asking;
}

export function follow(): void {
  const source = new EventSource('/playground/changes');
  source.addEventListener('changed', () => void refresh());
  source.addEventListener('open', () => change({ offline: false }));
  source.addEventListener('error', () => change({ offline: true }));
}
