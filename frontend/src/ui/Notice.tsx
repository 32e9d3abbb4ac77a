import { CircleAlert, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

const looks: Record<'info' | 'warn' | 'error', { box: string; Icon: LucideIcon }> = {
  info: { box: 'bg-tint text-on-tint', Icon: Info },
  warn: { box: 'bg-warn text-on-warn', Icon: TriangleAlert },
  error: { box: 'bg-error text-on-error', Icon: CircleAlert },
};

interface NoticeProps {
  tone: keyof typeof looks;
  /** At most two ways out, on the right or below. */
  actions?: ReactNode;
  children: ReactNode;
}

/** One sentence where it happened, spoken when it appears. */
export function Notice({ tone, actions, children }: NoticeProps) {
  const { box, Icon } = looks[tone];
  return (
    <div
      role={tone === 'error' ? 'alert' : 'status'}
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl px-4 py-3 ${box}`}
    >
      <Icon aria-hidden size={20} className="shrink-0" />
      <p className="min-w-0 flex-1 basis-52 font-medium">{children}</p>
      {actions}
    </div>
  );
}
