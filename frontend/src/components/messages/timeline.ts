import type { Message } from '../../api/generated';

/** A message and what is said around it. */
export interface Line {
  message: Message;
  /** A new day begins with it. */
  isNewDay: boolean;
  /** Its author and time are said: another person wrote, or time has passed. */
  isFirst: boolean;
}

const pause = 5 * 60_000; // ms

const dayOf = (at: number) => new Date(at).toDateString();

/** @param messages oldest first */
export function timeline(messages: readonly Message[]): Line[] {
  return messages.map((message, i) => {
    const before = messages[i - 1];
    const isNewDay = before === undefined || dayOf(before._creationTime) !== dayOf(message._creationTime);
    const isFirst = isNewDay || before.auteurId !== message.auteurId || message._creationTime - before._creationTime > pause;
    return { message, isNewDay, isFirst };
  });
}
