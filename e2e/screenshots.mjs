// README's pictures, from the real product: the offre accepted, the card, the waiting room, the call, the phone.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as within } from 'node:path';
import { launch, openPerson, sizes } from './support/chromium.mjs';
import { remoteVideo } from './support/media.mjs';
import { accept, join, offer, publish, signUp } from './support/people.mjs';
import { amina as aminasFace, bruno as brunosFace, drawPortrait } from './support/portraits.mjs';
import { startServer } from './support/server.mjs';

const out = new URL('../docs/images/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const cameras = mkdtempSync(within(tmpdir(), 'visavis-cameras-'));

// A camera is called by its file's name, and the waiting room shows that.
process.chdir(cameras);

async function browserOf(face, file) {
  const draughtsman = await launch();
  await drawPortrait(await draughtsman.newPage(), face, file);
  await draughtsman.close();
  return launch({ camera: file });
}

const server = await startServer();
const browsers = [await browserOf(aminasFace, 'Webcam A.y4m'), await browserOf(brunosFace, 'Webcam B.y4m')];
const picture = (person, name) => person.page.screenshot({ path: `${out}${name}.png`, animations: 'disabled' });
try {
  const [amina, bruno] = [await openPerson(browsers[0]), await openPerson(browsers[1])];
  await signUp(amina, server.url, 'Amina Benali', 'amina@example.org');
  await signUp(bruno, server.url, 'Bruno Lefèvre', 'bruno@example.org');
  await publish(amina, server.url, {
    titre: 'Cours de guitare pour débutante',
    description: 'Une heure par semaine, le soir.',
    prix: '35',
  });
  const demande = await publish(amina, server.url, {
    titre: 'Besoin d’aide pour déménagement',
    description: 'Deux pièces au deuxième étage sans ascenseur, samedi 12. Cartons déjà faits.',
    prix: '100',
  });
  await offer(bruno, demande, { prix: '80', message: 'Je peux vous aider, j’ai une camionnette.' });
  await bruno.page.goto(`${server.url}/dashboard`);
  await accept(amina, server.url);
  await bruno.page.getByRole('alertdialog').waitFor();
  await picture(bruno, 'card');
  await join(amina);
  await bruno.page.getByRole('button', { name: 'Rejoindre le Meet' }).click();
  await bruno.page.getByLabel('Votre aperçu').waitFor();
  await bruno.page.getByText('est déjà dans la salle').waitFor();
  await picture(bruno, 'waiting-room');
  await join(bruno);
  await remoteVideo(amina.page, { isWanted: ({ frameWidth }) => frameWidth >= 640 });
  await picture(amina, 'call');
  await amina.page.setViewportSize(sizes.phone);
  await remoteVideo(amina.page);
  await picture(amina, 'call-phone');
} finally {
  for (const browser of browsers) await browser.close();
  await server.stop();
  rmSync(cameras, { recursive: true });
}
