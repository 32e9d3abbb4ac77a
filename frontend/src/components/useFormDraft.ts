import { useCallback, useState } from 'react';
import { formDraft, keepFormDraft } from '../lib/formDrafts';

/** What was typed into a form and not sent: it outlives a reload and a lost network, on this device. */
export function useFormDraft(name: string) {
  const [kept] = useState(() => formDraft(name));
  const watch = useCallback(
    (form: HTMLFormElement | null) => {
      if (form === null) return;
      const keep = () => {
        const texts = [...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
        keepFormDraft(name, Object.fromEntries(texts));
      };
      form.addEventListener('input', keep);
      return () => form.removeEventListener('input', keep);
    },
    [name],
  );
  return {
    /** The form itself. */
    watch,
    /** What a field begins with. */
    initial: (field: string) => kept[field] ?? '',
    /** Sent: nothing is left to keep. */
    forget: () => keepFormDraft(name, null),
  };
}
