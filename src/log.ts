import { type LevelWithSilent, type Logger, pino, stdSerializers } from 'pino';
import { prettyFactory } from 'pino-pretty';

export type Log = Logger;

export interface LogOptions {
  level: LevelWithSilent;
  /** Lines for a person at a terminal instead of JSON. */
  pretty: boolean;
  /** Where lines go; standard output if not said. */
  write?: (text: string) => void;
}

const SECRET_KEYS =
  'response_url|responseUrl|authorization|cookie|set-cookie|password|pass|secret|secretKey|signingSecret|token|botToken|appToken|client_secret|clientSecret|smtpUrl|connectionString';

/** What a secret looks like wherever it stands in a line: `[pattern, what stays]`. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`"(${SECRET_KEYS})":"(?:\\\\.|[^"\\\\])*"`, 'gi'), '"$1":"[redacted]"'],
  // The same inside a string that quotes JSON, such as an error about a request's body.
  [new RegExp(`\\\\"(${SECRET_KEYS})\\\\":\\s*\\\\"(?:(?!\\\\").)*\\\\"`, 'gi'), '\\"$1\\":\\"[redacted]\\"'],
  [/\b(?:xox[a-z]|xapp|xwfp)[-.][\w.-]+/gi, '[redacted]'],
  [/\brc_(org|usr|svc)_\w+/g, 'rc_$1_[redacted]'],
  [/\b(Bearer|Basic|Bot) [\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/(\/invitations\\?#)[\w.~%=-]+/g, '$1[redacted]'],
  [/(https:\/\/hooks\.slack\.com\/)[\w./-]+/g, '$1[redacted]'],
  [/(discord(?:app)?\.com\/api\/(?:v\d+\/)?(?:webhooks|interactions)\/\d+\/)[\w.-]+/g, '$1[redacted]'],
  [/\b(\w+:\/\/)[^\s/@"\\]+@/g, '$1[redacted]@'],
  [/\b(v0=)[0-9a-f]{64}\b/g, '$1[redacted]'],
  [/\b(code:)[A-Z2-9]{8}\b/g, '$1[redacted]'],
  // Drizzle's errors quote every bound value.
  [/(\\nparams: )(?:\\.|[^"\\])*?(?=\\n\s+at |")/g, '$1[redacted]'],
];

/** What a terminal or a reader could be misled by, and JSON leaves as it is. */
const MISLEADING = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** The installation's log: one event is one line, and a secret never stands in it. */
export function createLog({ level, pretty, write = (text) => process.stdout.write(text) }: LogOptions): Log {
  const print = pretty ? prettily(write) : write;
  return pino(
    { level, serializers: { err: describeError, error: describeError } },
    { write: (line: string) => print(scrub(line)) },
  );
}

function scrub(line: string): string {
  let clean = line;
  for (const [pattern, kept] of SECRETS) clean = clean.replace(pattern, kept);
  return clean.replace(MISLEADING, escapeOne);
}

function prettily(write: (text: string) => void): (line: string) => void {
  const format = prettyFactory({
    colorize: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: (entry, key) => String(entry[key] ?? '').replaceAll('\n', '\\n'),
  });
  // Escaped twice, so that control characters are still harmless when the line has been decoded.
  return (line) => write(format(line.replace(/(?<!\\)((?:\\\\)*)\\([ubfr])/g, '$1\\\\$2')) ?? '');
}

function escapeOne(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // The bound values of a failed statement: Drizzle's `params`, postgres.js's `parameters` and `args`.
  const { params, parameters, args, raw, ...rest } = stdSerializers.err(error) as unknown as Record<
    string,
    unknown
  >;
  return rest;
}
