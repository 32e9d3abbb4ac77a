import type { ReactNode } from 'react';
import { FacingPair } from '../../ui/FacingPair';
import { PageTitle } from '../../ui/PageTitle';

/** A quiet dark page in place of the call: interrupted, moved elsewhere, ended. */
export function Aside({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <main className="stage-theme flex min-h-dvh flex-col items-center justify-center gap-6 bg-paper p-6 text-center text-ink">
      <FacingPair className="h-14 text-mark" />
      <div>
        <PageTitle documentTitle={title}>{title}</PageTitle>
        {text !== undefined && <p className="mt-2 max-w-md text-muted">{text}</p>}
      </div>
      <div className="flex flex-wrap justify-center gap-3">{children}</div>
    </main>
  );
}
