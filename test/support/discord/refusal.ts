export interface FormErrors {
  _errors?: { code: string; message: string }[];
  [part: string]: FormErrors | { code: string; message: string }[] | undefined;
}

/** What Discord answers to a request that it does not carry out. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: number;
  readonly errors: FormErrors | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    code: number,
    message: string,
    more: { errors?: FormErrors; retryAfter?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = more.errors;
    this.retryAfter = more.retryAfter;
  }
}

export type Path = readonly (string | number)[];

/** Collects everything that is wrong with a body, each at its place, as Discord reports it. */
export interface Report {
  add(path: Path, code: string, message: string): void;
  /** @throws Refusal 50035 with the tree of errors, if there are any */
  end(): void;
}

export function createReport(): Report {
  const errors: FormErrors = {};
  return {
    add(path, code, message) {
      let at = errors;
      for (const part of path) {
        const next = at[part];
        const deeper: FormErrors = next && !Array.isArray(next) ? next : {};
        at[part] = deeper;
        at = deeper;
      }
      at._errors = [...(at._errors ?? []), { code, message }];
    },
    end() {
      if (Object.keys(errors).length > 0) throw new Refusal(400, 50035, 'Invalid Form Body', { errors });
    },
  };
}

/** Every complaint with its place, a line for each. */
export function linesOf(errors: FormErrors | undefined, path = ''): string[] {
  if (!errors) return [];
  const here = (errors._errors ?? []).map(({ code, message }) => `${path}: ${message} (${code})`);
  const below = Object.entries(errors).flatMap(([part, value]) =>
    part === '_errors' || value === undefined || Array.isArray(value)
      ? []
      : linesOf(value, path ? `${path}.${part}` : part),
  );
  return [...here, ...below];
}
