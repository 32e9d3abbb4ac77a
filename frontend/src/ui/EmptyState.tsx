import type { ReactNode } from 'react';
import { EmptyDrawing, type Missing } from './EmptyDrawing';

/** Nothing here yet: what will be, and a way to it. */
export function EmptyState({ of, text, children }: { of: Missing; text: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-4 rounded-2xl border border-dashed border-border/40 px-6 py-9 text-center">
      <EmptyDrawing of={of} />
      <p className="max-w-sm text-muted">{text}</p>
      {children}
    </div>
  );
}
