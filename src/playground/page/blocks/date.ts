const DAY = 86_400_000;

const long = (date: Date) =>
  date.toLocaleDateString('en', { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
const medium = (date: Date) =>
  date.toLocaleDateString('en', { month: 'long', day: 'numeric', year: 'numeric' });
const short = (date: Date) =>
  date.toLocaleDateString('en', { month: 'short', day: 'numeric', year: 'numeric' });

/** The reader's yesterday, today and tomorrow have names. */
function pretty(date: Date, otherwise: string): string {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.floor((new Date(date).setHours(0, 0, 0, 0) - midnight + DAY / 2) / DAY);
  return { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days] ?? otherwise;
}

function ago(date: Date): string {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/** Fills in a date format: https://docs.slack.dev/messaging/formatting-message-text/#date-formatting */
export function formatDate(timestamp: number, format: string, first = false): string {
  const date = new Date(timestamp * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const filled: { [token: string]: () => string } = {
    date_num: () => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    date_slash: () => date.toLocaleDateString('en', { year: 'numeric', month: '2-digit', day: '2-digit' }),
    date: () => medium(date),
    date_long: () => long(date),
    date_short: () => short(date),
    date_pretty: () => pretty(date, medium(date)),
    date_long_pretty: () => pretty(date, long(date)),
    date_short_pretty: () => pretty(date, short(date)),
    day_divider_pretty: () => pretty(date, long(date)),
    time: () => date.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' }),
    time_secs: () => date.toLocaleTimeString(),
    ago: () => ago(date),
  };
  const text = format.replace(/\{(\w+)\}/g, (whole, token: string) => filled[token]?.() ?? whole);
  return first ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
