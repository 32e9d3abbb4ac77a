// README's pictures: two people in a call, the card, the dashboard; written to docs/images.
import { mkdirSync } from 'node:fs';
import { launch, openPerson, sizes } from './support/chromium.mjs';
import { remoteVideo } from './support/media.mjs';
import { join, meetUp, signUp } from './support/people.mjs';
import { startServer } from './support/server.mjs';

const out = new URL('../docs/images/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const server = await startServer();
const browser = await launch();
try {
  const amina = await openPerson(browser);
  const bruno = await openPerson(browser);
  await signUp(amina, server.url, 'Amina Benali', 'amina@example.org');
  await signUp(bruno, server.url, 'Bruno Lefèvre', 'bruno@example.org');
  await meetUp(amina, bruno, server.url);
  await bruno.page.goto(`${server.url}/dashboard`);
  await bruno.page.getByRole('alertdialog').waitFor();
  await bruno.page.screenshot({ path: `${out}card.png`, animations: 'disabled' });
  await join(amina);
  await bruno.page.getByRole('button', { name: 'Rejoindre le Meet' }).click();
  await bruno.page.getByLabel('Votre aperçu').waitFor();
  await bruno.page.screenshot({ path: `${out}waiting-room.png` });
  await join(bruno);
  await remoteVideo(amina.page);
  await amina.page.screenshot({ path: `${out}call.png` });
  await amina.page.setViewportSize(sizes.phone);
  await amina.page.screenshot({ path: `${out}call-phone.png` });
} finally {
  await browser.close();
  await server.stop();
}
