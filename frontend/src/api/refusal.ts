import { ConvexError } from 'convex/values';

/** Why the server said no, in a form that the pages can put into words. */
export type RefusalCode =
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'invalid'
  | 'conflict'
  | 'rate_limited'
  | 'unavailable'
  | 'email_taken'
  | 'network'
  | 'unknown';

export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly field: string | undefined;
  /** Seconds until another try makes sense, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(code: RefusalCode, options: { message?: string; field?: string; retryAfter?: number } = {}) {
    super(options.message ?? code);
    this.code = code;
    this.field = options.field;
    this.retryAfter = options.retryAfter;
  }
}

const codes: ReadonlySet<string> = new Set<RefusalCode>([
  'unauthenticated',
  'forbidden',
  'not_found',
  'invalid',
  'conflict',
  'rate_limited',
  'unavailable',
  'email_taken',
]);

const isCode = (value: unknown): value is RefusalCode => typeof value === 'string' && codes.has(value);

/** Reads `{code, message, field?}`, the shape of every error a person can act on. */
export function refusalFromData(data: unknown): Refusal | null {
  if (typeof data !== 'object' || data === null || !('code' in data) || !isCode(data.code)) return null;
  const message = 'message' in data && typeof data.message === 'string' ? data.message : data.code;
  const field = 'field' in data && typeof data.field === 'string' ? data.field : undefined;
  return new Refusal(data.code, field === undefined ? { message } : { message, field });
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ConvexError) return refusalFromData(error.data) ?? new Refusal('unknown');
  return new Refusal('unknown', { message: error instanceof Error ? error.message : String(error) });
}
