// Every screen and state of the product, one after the other, with people who really meet. Whoever takes the tour is
// called at each stop: to examine it (tests/access.test.mjs) or to picture it (contact_sheet.mjs).
import { accept, join, offer, publish, signUp } from './people.mjs';
import { remoteVideo } from './media.mjs';
import { until } from './wait.mjs';

/**
 * @param people openPerson()s: amina, bruno, visitor, and diane and chloe, whose call nobody answers
 * @param show   (person, state, {only, isStage}) → promise; `only`: the one size where the state exists;
 *               `isStage`: the call's own colours, the same in both themes
 */
export async function tour({ url, people: { amina, bruno, visitor, diane, chloe }, show }) {
  const stage = { isStage: true };
  const visit = async ({ page }, path, heading) => {
    await page.goto(new URL(path, url).href);
    await page.getByRole('heading', { name: heading }).first().waitFor();
  };
  const more = async ({ page }, name) => {
    await page.getByRole('button', { name: 'Plus d’options' }).click();
    await page.getByRole('menuitem', { name }).or(page.getByRole('menuitemcheckbox', { name })).click();
  };
  const panel = ({ page }, name) => page.getByRole('complementary', { name });

  await visit(visitor, '/', 'Demandes ouvertes');
  await visitor.page.getByText('Aucune demande').waitFor();
  await show(visitor, 'home, nothing open');
  await visit(visitor, '/inscription', 'Bienvenue');
  await visitor.page.getByRole('button', { name: 'Créer un compte' }).click();
  await visitor.page.getByText('Indiquez votre nom').waitFor();
  await show(visitor, 'sign up, refused');
  await visit(visitor, '/connexion', 'Heureux');
  await show(visitor, 'sign in');
  await visit(visitor, '/nulle-part', 'n’existe pas');
  await show(visitor, 'not found');

  await signUp(diane, url, 'Diane Moreau', 'diane@test.example');
  await signUp(chloe, url, 'Chloé Roux', 'chloe@test.example');
  await signUp(amina, url, 'Amina Benali', 'amina@test.example');
  await signUp(bruno, url, 'Bruno Lefèvre', 'bruno@test.example');
  for (const [path, heading, state, text] of [
    ['/dashboard', 'À faire maintenant', 'dashboard, empty', 'Rien à faire'],
    ['/offres', 'Reçues', 'offres, empty', 'Aucune offre'],
    ['/historique', 'Vos appels', 'history, empty', 'Aucun appel'],
    ['/parametres', 'Paramètres', 'settings', 'Supprimer'],
  ]) {
    await visit(amina, path, heading);
    await amina.page.getByText(text).first().waitFor();
    await show(amina, state);
  }
  await visit(amina, '/test', 'Tester mes appareils');
  await amina.page.getByLabel('Votre aperçu').waitFor();
  await show(amina, 'test of devices and connection');
  await visit(amina, '/demandes/nouvelle', 'Nouvelle demande');
  await show(amina, 'new demande');
  await amina.page.getByRole('button', { name: 'Publier la demande' }).click();
  await amina.page.getByText('Donnez un titre').waitFor();
  await show(amina, 'new demande, refused');

  await publish(amina, url, { titre: 'Cours de guitare pour débutante', description: 'Une heure par semaine, le soir.', prix: '35' });
  const demande = await publish(amina, url, {
    titre: 'Besoin d’aide pour déménagement',
    description: 'Deux pièces au deuxième étage sans ascenseur, samedi 12. Cartons déjà faits.',
    prix: '100',
  });
  await show(amina, 'demande, its owner');
  await visit(visitor, demande, 'Besoin d’aide');
  await visitor.page.getByRole('link', { name: /Connectez-vous/ }).waitFor();
  await show(visitor, 'demande, visitor');
  await visit(visitor, '/', 'Demandes ouvertes');
  await visitor.page.getByRole('link', { name: 'Cours de guitare' }).waitFor();
  await show(visitor, 'home');
  await visit(bruno, demande, 'Besoin d’aide');
  await bruno.page.getByLabel('Prix proposé').waitFor();
  await show(bruno, 'demande, before an offre');
  await offer(bruno, demande, { prix: '80', message: 'Je peux vous aider, j’ai une camionnette.' });
  await show(bruno, 'offre sent');
  await visit(amina, '/dashboard', 'À faire maintenant');
  await amina.page.getByText('1 offre à examiner').waitFor();
  await show(amina, 'dashboard');
  await amina.page.getByRole('button', { name: 'Offres reçues' }).click();
  await amina.page.getByRole('dialog').getByText('Bruno Lefèvre').waitFor();
  await show(amina, 'received offres');

  // Nobody is there to answer Diane: 45 s from here the choices are.
  const armoire = await publish(diane, url, { titre: 'Monter une armoire', description: 'Trois portes, troisième étage.', prix: '100' });
  await offer(chloe, armoire, { prix: '85,50', message: 'Je peux venir samedi matin.' });
  await chloe.page.goto('about:blank');
  await accept(diane, url);

  await visit(bruno, demande, 'Besoin d’aide');
  const session = await accept(amina, url);
  await bruno.page.getByRole('alertdialog').waitFor();
  await bruno.page.getByLabel('Écrire un message').waitFor();
  await show(bruno, 'card, over a deal');
  await visit(bruno, '/dashboard', 'À faire maintenant');
  await bruno.page.getByRole('alertdialog').waitFor();
  await show(bruno, 'card, ringing');
  await bruno.page.getByRole('button', { name: 'Pas maintenant' }).click();
  await bruno.page.getByRole('button', { name: /^Refuser/ }).waitFor();
  await show(bruno, 'card, not now');
  await bruno.page.getByRole('button', { name: /^Refuser/ }).click();
  await bruno.page.getByLabel(/^Un mot pour/).waitFor();
  await show(bruno, 'card, declining');

  await amina.page.getByLabel('Votre aperçu').waitFor();
  await show(amina, 'waiting room', stage);
  for (const [state, errors, text] of [
    ['no camera', { video: 'NotFoundError' }, 'Aucune caméra détectée.'],
    ['microphone busy', { audio: 'NotReadableError' }, 'Une autre application utilise votre micro.'],
    ['system refuses', { video: 'NotAllowedError', audio: 'NotAllowedError' }, 'les réglages de votre appareil'],
    ['no device', { video: 'NotFoundError', audio: 'NotFoundError' }, 'Aucun micro détecté.'],
  ]) {
    await amina.page.evaluate((wanted) => window.visavisTest.devices.refuse(wanted), errors);
    await amina.page.reload();
    await amina.page.getByText(text).waitFor();
    await show(amina, `waiting room, ${state}`, stage);
  }
  await amina.page.evaluate(() => window.visavisTest.devices.refuse({}));
  await amina.page.reload();
  await join(amina);
  await amina.page.getByRole('toolbar').waitFor();
  await show(amina, 'alone in the call', stage);

  await visit(bruno, `/meet/${session}`, 'Besoin d’aide');
  await bruno.page.getByText('est déjà dans la salle').waitFor();
  await bruno.page.getByRole('button', { name: 'Tester le haut-parleur' }).click();
  await bruno.page.getByRole('button', { name: 'Non' }).click();
  await bruno.page.getByText('Montez le volume').waitFor();
  await show(bruno, 'waiting room, sound not heard', stage);
  await join(bruno);
  await remoteVideo(amina.page, { isWanted: ({ frameWidth }) => frameWidth >= 320 });
  await show(amina, 'call, face to face', stage);
  await amina.page.getByRole('button', { name: 'Plus d’options' }).click();
  await amina.page.getByRole('menuitem', { name: 'Qualité vidéo' }).waitFor();
  await show(amina, 'call, more', { isStage: true, only: 'desktop' });
  await amina.page.keyboard.press('Escape');
  await amina.page.getByRole('button', { name: 'Appareils audio' }).click();
  await amina.page.getByRole('menuitem', { name: 'Réglages des appareils' }).waitFor();
  await show(amina, 'call, devices of the microphone', { isStage: true, only: 'desktop' });
  await amina.page.keyboard.press('Escape');
  await amina.page.setViewportSize({ width: 390, height: 844 });
  await amina.page.getByRole('button', { name: 'Plus d’options' }).click();
  await amina.page.getByRole('dialog').getByText('Qualité vidéo').waitFor();
  await show(amina, 'call, more', { isStage: true, only: 'phone' });
  await amina.page.keyboard.press('Escape');
  await amina.page.setViewportSize({ width: 1440, height: 900 });
  await amina.page.getByRole('menu').waitFor({ state: 'detached' });

  await more(amina, 'Mosaïque');
  await show(amina, 'call, grid', stage);
  await more(amina, 'Orateur');
  await show(amina, 'call, speaker', stage);
  await more(amina, 'Face à face');
  for (const [name, title] of [['Qualité vidéo', 'Qualité vidéo'], ['Réglages des appareils', 'Appareils'], ['Raccourcis clavier', 'Raccourcis clavier']]) {
    await more(amina, name);
    await amina.page.getByRole('dialog', { name: title }).waitFor();
    await show(amina, `call, ${title}`, stage);
    await amina.page.keyboard.press('Escape');
    await amina.page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  await amina.page.getByRole('button', { name: /^Discussion/ }).click();
  const box = amina.page.getByLabel('Écrire un message');
  await show(amina, 'call, discussion, empty', stage);
  for (const text of ['Bonjour ! Quel étage exactement ?', 'J’apporte les sangles : https://www.example.org/sangles']) {
    await box.fill(text);
    await box.press('Enter');
    await amina.page.getByRole('log').getByText(text.slice(0, 20)).waitFor();
  }
  await bruno.page.getByRole('button', { name: /^Discussion/ }).click();
  await bruno.page.getByLabel('Écrire un message').fill('Deuxième, sans ascenseur. À samedi !');
  await bruno.page.getByTestId('files').setInputFiles([{ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('rue du Port, 4') }]);
  await bruno.page.getByText('plan.txt').first().waitFor();
  await show(bruno, 'call, discussion, a file to send', stage);
  await bruno.page.getByRole('button', { name: 'Envoyer' }).click();
  await amina.page.getByRole('log').getByText('plan.txt').waitFor();
  await show(amina, 'call, discussion', stage);
  await amina.page.keyboard.press('Escape');
  await bruno.page.keyboard.press('Escape');
  await panel(amina, 'Discussion').waitFor({ state: 'detached' });
  await amina.page.getByRole('button', { name: 'Infos' }).click();
  await panel(amina, 'Infos').waitFor();
  await show(amina, 'call, infos', stage);
  await amina.page.keyboard.press('Escape');
  await more(amina, 'Statistiques réseau');
  await panel(amina, 'Statistiques réseau').getByRole('table', { name: 'Son · Réception' }).waitFor();
  await show(amina, 'call, statistics', stage);
  await amina.page.keyboard.press('Escape');

  await amina.page.getByRole('link', { name: /^Réduire l’appel/ }).click();
  await amina.page.getByRole('region', { name: 'Appel en cours' }).waitFor();
  await show(amina, 'call, in the dock');
  await amina.page.getByRole('link', { name: 'Revenir à l’appel' }).click();
  await amina.page.getByRole('button', { name: 'Raccrocher' }).waitFor();

  await bruno.page.getByRole('button', { name: /Partager l.écran/ }).click();
  await bruno.page.getByText('Vous partagez votre écran').waitFor();
  await amina.page.getByLabel('Écran de Bruno Lefèvre').waitFor();
  await show(amina, 'call, the other shares', stage);
  await show(bruno, 'call, one’s own share', stage);
  await bruno.page.getByRole('button', { name: 'Arrêter le partage' }).click();
  await amina.page.getByLabel('Écran de Bruno Lefèvre').waitFor({ state: 'detached' });
  await bruno.page.getByRole('button', { name: 'Désactiver la caméra' }).click();
  await bruno.page.getByRole('button', { name: 'Couper le micro' }).click();
  await amina.page.getByLabel('Image de Bruno Lefèvre').waitFor({ state: 'detached' });
  await show(amina, 'call, without the other’s camera', stage);
  await more(bruno, 'Économie de données');
  await bruno.page.getByRole('button', { name: 'Afficher l’image' }).waitFor();
  await show(bruno, 'call, saving data', stage);
  await more(bruno, 'Économie de données');
  await amina.page.evaluate(() => window.visavisTest.devices.refuse({ audio: 'NotFoundError' }));
  await amina.page.evaluate(() => window.visavisTest.devices.unplug('audio'));
  await amina.page.getByText('Nous avons perdu votre micro.').waitFor();
  await show(amina, 'call, microphone lost', stage);
  await amina.page.evaluate(() => window.visavisTest.devices.refuse({}));
  await bruno.context.setOffline(true);
  await bruno.page.getByText(/Vous êtes hors ligne/).waitFor();
  await show(bruno, 'call, offline', stage);
  await bruno.context.setOffline(false);
  await bruno.page.getByText(/Vous êtes hors ligne/).waitFor({ state: 'detached' });

  const second = await bruno.context.newPage();
  await second.goto(`${url}/meet/${session}`);
  await join({ page: second });
  await bruno.page.getByText('L’appel continue sur un autre appareil.').waitFor();
  await show(bruno, 'taken over', stage);
  await second.close();
  await amina.page.getByText('Bruno Lefèvre a quitté l’appel.').waitFor();
  await show(amina, 'call, the other is gone', stage);
  await bruno.page.getByRole('button', { name: 'Reprendre ici' }).click();
  await amina.page.getByText('En direct').waitFor();

  await bruno.page.getByRole('button', { name: 'Raccrocher' }).click();
  await amina.page.getByRole('heading', { level: 1, name: 'Bruno Lefèvre a raccroché' }).waitFor();
  await amina.page.getByText(/ensemble$/).waitFor();
  await show(amina, 'end screen');
  await bruno.page.getByRole('radio', { name: 'Accord conclu' }).check();
  await bruno.page.getByRole('group', { name: 'Son', exact: true }).getByText('4').click();
  await bruno.page.getByLabel(/^Pourquoi/).waitFor();
  await show(bruno, 'end screen, answered');

  await diane.page.getByText('Pas de réponse.').waitFor({ timeout: 90_000 });
  await show(diane, 'waiting room, nobody answers', stage);
  await visit(chloe, '/dashboard', /^Appel manqué/);
  await show(chloe, 'dashboard, a missed call');
  await diane.page.getByRole('button', { name: 'Relancer l’appel' }).click();
  await until('it rings again', async () => (await chloe.page.title()).startsWith('Diane Moreau'));
  await chloe.page.getByRole('alertdialog').getByRole('button', { name: 'Pas maintenant' }).click();
  await chloe.page.getByRole('button', { name: /^Refuser/ }).click();
  await chloe.page.getByLabel(/^Un mot pour/).fill('Je suis sur la route, demain plutôt.');
  await chloe.page.getByRole('button', { name: 'Refuser l’appel' }).click();
  await diane.page.getByRole('heading', { name: /n’est pas disponible/ }).waitFor();
  await show(diane, 'end screen, declined');

  await visit(amina, '/dashboard', 'Derniers appels');
  await show(amina, 'dashboard after a call');
  await visit(amina, '/offres', 'Reçues');
  await amina.page.getByText('Bruno Lefèvre').first().waitFor();
  await show(amina, 'offres');
  await visit(amina, '/historique', 'Vos appels');
  await amina.page.getByRole('link', { name: 'Besoin d’aide' }).waitFor();
  await show(amina, 'history');
  await visit(bruno, `/historique/${session}`, 'Besoin d’aide');
  await bruno.page.getByText(/^Connexion /).waitFor();
  await bruno.page.getByRole('log').waitFor();
  await show(bruno, 'a session’s page');
  await visit(amina, demande, 'Discussion');
  await amina.page.getByRole('log').waitFor();
  await show(amina, 'the deal');
  await visit(diane, `/historique/${session}`, 'ne vous est pas destiné');
  await show(diane, 'not one’s own');
  await visit(bruno, '/parametres', 'Paramètres');
  await bruno.page.getByRole('button', { name: 'Supprimer le compte' }).click();
  await bruno.page.getByRole('dialog').waitFor();
  await show(bruno, 'erasing');
}
