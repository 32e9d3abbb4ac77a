/**
 * What shows on the tab and the app's icon while somebody calls: a title that stands still, a dot on
 * the icon, a badge.
 * @returns puts everything back
 */
export function callAttention(title: string): () => void {
  let underneath = document.title;
  // Pages go on naming themselves: they get their name when the ring is over.
  const keep = new MutationObserver(() => {
    if (document.title === title) return;
    underneath = document.title;
    document.title = title;
  });
  document.title = title;
  const element = document.querySelector('title');
  if (element !== null) keep.observe(element, { childList: true, characterData: true, subtree: true });

  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const usual = icon?.getAttribute('href') ?? null;
  icon?.setAttribute('href', '/favicon-ringing.svg');
  // Firefox has none; where it exists it fails for pages that are not installed.
  if ('setAppBadge' in navigator) void navigator.setAppBadge(1).catch(() => undefined);

  return () => {
    keep.disconnect();
    document.title = underneath;
    if (usual !== null) icon?.setAttribute('href', usual);
    if ('clearAppBadge' in navigator) void navigator.clearAppBadge().catch(() => undefined);
  };
}
