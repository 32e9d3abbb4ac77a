// The one case in which `exactOptionalPropertyTypes` makes a difference: absent is not undefined.
import type { ConvexHttpClient } from 'convex/browser';
import { api } from './generated.ts';

export async function absentIsNotUndefined(client: ConvexHttpClient) {
  // @ts-expect-error leave it out instead
  await client.mutation(api.users.update, { name: undefined });
}
