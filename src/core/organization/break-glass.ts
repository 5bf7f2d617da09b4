import { durationInWords, durationTyped, parseDuration } from '../duration.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';

/** Who may take which role without approval, and for how long. */
export interface BreakGlass {
  role: string;
  people: string[];
  seconds: number;
}

const LONGEST = 4 * 3600;
const MOST = 20;

export const BREAK_GLASS_VALUES =
  'off, or role:person+person:time with at most 4h, several separated by commas: admin:dana@example.com+eli@example.com:1h';

const refuse = (message: string): never => {
  throw new DomainError('invalid', message, { todo: `It takes ${BREAK_GLASS_VALUES}.`, field: 'value' });
};

export const parseBreakGlass = (typed: string): BreakGlass[] | null => {
  const items = typed
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0 || items.length > MOST) refuse('Nothing is named.');
  if (items.length === 1 && ['off', 'none'].includes(items[0]?.toLowerCase() ?? '')) return null;
  return items.map((item) => {
    const [role = '', people = '', time = '', ...more] = item.split(':').map((part) => part.trim());
    const named = people.split('+').filter((person) => person.trim() !== '');
    if (role === '' || named.length === 0 || more.length > 0)
      refuse(`${item.slice(0, 60)} is not understood.`);
    const seconds = parseDuration(time, 'value');
    if (seconds > LONGEST) refuse('Break-glass access lasts four hours at most.');
    return { role: role.toLowerCase(), people: [...new Set(named.map(foldEmail))], seconds };
  });
};

export const showBreakGlass = (entries: readonly BreakGlass[] | null): string =>
  entries === null
    ? 'off'
    : entries
        .map(({ role, people, seconds }) => `${role} for ${durationInWords(seconds)}: ${people.join(', ')}`)
        .join('; ');

export const writeBreakGlass = (entries: readonly BreakGlass[] | null): string =>
  entries === null
    ? 'off'
    : entries
        .map(({ role, people, seconds }) => `${role}:${people.join('+')}:${durationTyped(seconds)}`)
        .join(',');
