/** What is coming, in grey; silent for screen readers, which hear `label` once. */
export function Skeleton({ rows = 3, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-3">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="h-24 animate-pulse rounded-2xl bg-sunken" />
      ))}
    </div>
  );
}
