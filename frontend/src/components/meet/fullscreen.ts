/** iPhones know no full screen but a video's own. */
export const canFullscreen = () => document.fullscreenEnabled;

export function toggleFullscreen(element: Element = document.documentElement) {
  // Refused without a gesture: then the page stays as it is.
  if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
  else void element.requestFullscreen().catch(() => undefined);
}
