import type { ReactNode } from 'react';
import { EmptyDrawing } from './EmptyDrawing';
import { PageTitle } from './PageTitle';

/** A page that is not there, or not for this person: said in its title, with a way on. */
export function NothingHere({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-6 py-12 text-center sm:py-20">
      <EmptyDrawing of="matches" />
      <PageTitle documentTitle={title}>{title}</PageTitle>
      {children}
    </div>
  );
}
