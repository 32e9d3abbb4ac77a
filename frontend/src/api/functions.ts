import type { api as Generated } from './generated';

/**
 * The run-time half of `generated.ts`: a reference is any object that carries its function's name
 * under this symbol. Much smaller than `anyApi`, which brings the whole server entry of convex.
 */
const functionName = Symbol.for('functionName');

const moduleProxy = (moduleName: string) =>
  new Proxy<Record<string, object>>(
    {},
    {
      get: (known, name: string) =>
        (known[name] ??= { [functionName]: `${moduleName}:${name}` }),
    },
  );

const modules = new Proxy<Record<string, object>>(
  {},
  { get: (known, name: string) => (known[name] ??= moduleProxy(name)) },
);

// The proxy answers for every name; which of them exist is what the generated type says.
export const api = modules as unknown as typeof Generated;
