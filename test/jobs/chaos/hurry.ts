/** The schedules of the installation that are hurried, and how often they come then. */
export const hurried: readonly string[] = ['expire', 'flag-tokens', 'slots', 'remind'];
export const EVERY = '*/5 * * * * *';
export const EVERY_MS = 5000;
