/** A window of ours comes without a style sheet, language and name. */
export function dressWindow(frame: Window, title: string) {
  const { document: inside } = frame;
  for (const sheet of document.querySelectorAll('link[rel=stylesheet], style')) inside.head.append(sheet.cloneNode(true));
  inside.documentElement.lang = document.documentElement.lang;
  inside.title = title;
}
