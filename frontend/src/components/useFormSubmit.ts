import { useState, type FormEvent } from 'react';
import * as v from 'valibot';
import { refusalOf, type Refusal } from '../api/refusal';
import { sayRefusal } from '../i18n/refusals';
import { useWords } from '../i18n/words';

type FieldErrors = Record<string, string>;

interface Failure {
  fields: FieldErrors;
  message: string | null;
}

const nothing: Failure = { fields: {}, message: null };

interface FormSubmit<Schema extends v.GenericSchema> {
  schema: Schema;
  submit: (values: v.InferOutput<Schema>) => Promise<void>;
  /** Puts a refusal into words better than the general ones, at a field or for the whole form. */
  explain?: (refusal: Refusal) => Partial<Failure> | undefined;
}

/** One submission at a time of a form whose fields are read by name; errors come back by name. */
export function useFormSubmit<Schema extends v.GenericSchema>({ schema, submit, explain }: FormSubmit<Schema>) {
  const words = useWords();
  const [failure, setFailure] = useState(nothing);
  const [isPending, setPending] = useState(false);

  async function send(values: v.InferOutput<Schema>) {
    setPending(true);
    setFailure(nothing);
    try {
      await submit(values);
    } catch (error) {
      const refusal = refusalOf(error);
      const told = explain?.(refusal);
      setFailure({ fields: {}, message: told ? null : sayRefusal(words, refusal), ...told });
    } finally {
      setPending(false);
    }
  }

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const form = event.currentTarget;
    const parsed = v.safeParse(schema, Object.fromEntries(new FormData(form)));
    if (parsed.success) return void send(parsed.output);
    const fields = firstIssues(parsed.issues);
    setFailure({ fields, message: null });
    const first = form.elements.namedItem(Object.keys(fields)[0] ?? '');
    if (first instanceof HTMLElement) first.focus();
  }

  return { onSubmit, isPending, fieldErrors: failure.fields, message: failure.message };
}

function firstIssues(issues: readonly v.BaseIssue<unknown>[]): FieldErrors {
  const fields: FieldErrors = {};
  for (const issue of issues) {
    const name = v.getDotPath(issue);
    if (name !== null) fields[name] ??= issue.message;
  }
  return fields;
}
