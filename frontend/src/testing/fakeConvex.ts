import type { ConvexReactClient } from 'convex/react';
import { getFunctionName, type FunctionArgs, type FunctionReference, type FunctionReturnType } from 'convex/server';

type Handler = (args: Record<string, unknown>) => unknown;
type AnyFunction = FunctionReference<'query' | 'mutation' | 'action', 'public'>;
type HandlerOf<F extends AnyFunction> = (args: FunctionArgs<F>) => FunctionReturnType<F> | Promise<FunctionReturnType<F>>;

/**
 * A backend in memory behind the interface of `ConvexReactClient`: queries are functions of what the
 * test holds, and `changed()` shows their new results, as a transition would.
 */
export class FakeConvex {
  readonly #handlers = new Map<string, Handler>();
  readonly #watches = new Set<() => void>();
  readonly #cache = new Map<string, unknown>();
  #held: (() => void) | null = null;
  /** Every mutation and action called, in order. */
  readonly calls: { name: string; args: unknown }[] = [];

  on<F extends AnyFunction>(reference: F, handler: HandlerOf<F>): this {
    this.#handlers.set(getFunctionName(reference), (args) => handler(args));
    return this;
  }

  /** The server takes its time to say who is signed in, until `confirmAuth()`. */
  holdAuth() {
    this.#held = () => undefined;
  }
  confirmAuth() {
    this.#held?.();
    this.#held = null;
  }

  /** Something that queries read has changed. */
  changed() {
    this.#cache.clear();
    for (const notify of [...this.#watches]) notify();
  }

  /** For `ConvexProviderWithAuth` and the hooks, which use this much of the real client. */
  client(): ConvexReactClient {
    const client = {
      watchQuery: (reference: AnyFunction, args: Record<string, unknown> = {}) => ({
        onUpdate: (notify: () => void) => {
          this.#watches.add(notify);
          return () => this.#watches.delete(notify);
        },
        localQueryResult: () => this.#read(reference, args),
        journal: () => undefined,
      }),
      mutation: async (reference: AnyFunction, args: Record<string, unknown> = {}) => {
        const result = await this.#call(reference, args);
        this.changed();
        return result;
      },
      action: (reference: AnyFunction, args: Record<string, unknown> = {}) => this.#call(reference, args),
      setAuth: (fetchToken: (options: { forceRefreshToken: boolean }) => Promise<unknown>, onChange: (isAuthenticated: boolean) => void) => {
        void fetchToken({ forceRefreshToken: false }).then((token) => {
          if (this.#held === null) onChange(token !== null);
          else this.#held = () => onChange(token !== null);
        });
      },
      clearAuth: () => undefined,
      connectionState: () => ({ isWebSocketConnected: true }),
      subscribeToConnectionState: () => () => undefined,
    };
    // As much of the client as our pages and Convex's hooks touch; a missing part fails loudly.
    return client as unknown as ConvexReactClient;
  }

  #read(reference: AnyFunction, args: Record<string, unknown>): unknown {
    // The same object until something changes: React compares by identity.
    const key = `${getFunctionName(reference)} ${JSON.stringify(args)}`;
    if (!this.#cache.has(key)) {
      const handler = this.#handlers.get(getFunctionName(reference));
      this.#cache.set(key, handler?.(args));
    }
    return this.#cache.get(key);
  }

  async #call(reference: AnyFunction, args: Record<string, unknown>): Promise<unknown> {
    const name = getFunctionName(reference);
    this.calls.push({ name, args });
    const handler = this.#handlers.get(name);
    if (handler === undefined) throw new Error(`no handler for ${name}`);
    return handler(args);
  }
}

/** One whole page of a paginated query. */
export function pageOf<T>(page: T[]) {
  return { page, isDone: true, continueCursor: '' };
}
