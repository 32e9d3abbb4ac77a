/** The tab's title: what the page is called, and how many messages wait to be read. */
let page = 'Visavis';
let unread = 0;

function write() {
  const title = page === 'Visavis' ? page : `${page} · Visavis`;
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
}

export function nameTab(name: string) {
  page = name;
  write();
}

export function countOnTab(count: number) {
  if (count === unread) return;
  unread = count;
  write();
}
