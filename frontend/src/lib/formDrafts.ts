import * as v from 'valibot';
import { recall, remember } from './remembered';

const prefix = 'visavis.form.';
const Draft = v.record(v.string(), v.string());

/** The texts of a form's fields, by name; empty when nothing was kept. */
export function formDraft(form: string): Record<string, string> {
  const parsed = v.safeParse(Draft, recall(prefix + form));
  return parsed.success ? parsed.output : {};
}

/** @param texts null forgets */
export const keepFormDraft = (form: string, texts: Record<string, string> | null) => remember(prefix + form, texts);

/** Whoever signs out leaves no words behind. */
export function forgetFormDrafts() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  } catch {
    // Storage is off: nothing was kept.
  }
}
