import type { ReactNode } from 'react';
import { FacingPair } from './FacingPair';

export function EmptyState({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-4 rounded-2xl border border-dashed border-border/40 px-6 py-10 text-center">
      <FacingPair className="h-12 text-mark opacity-70" />
      <p className="max-w-sm text-muted">{text}</p>
      {children}
    </div>
  );
}
