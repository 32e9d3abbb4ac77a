// What people do, by the names that they read.
const password = 'une phrase assez longue';

export async function signUp({ page }, url, name, email) {
  await page.goto(`${url}/inscription`);
  await page.getByLabel('Nom', { exact: true }).fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Créer un compte' }).click();
  await page.waitForURL('**/dashboard');
}

export async function fillSignIn({ page }, email) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
}

export async function signIn(person, url, email) {
  await person.page.goto(`${url}/connexion`);
  await fillSignIn(person, email);
  await person.page.waitForURL('**/dashboard');
}

/** @returns the demande's page */
export async function publish({ page }, url, { titre, description, prix }) {
  await page.goto(`${url}/demandes/nouvelle`);
  await page.getByLabel('Titre').fill(titre);
  await page.getByLabel('Description').fill(description);
  await page.getByLabel('Prix').fill(prix);
  await page.getByRole('button', { name: 'Publier la demande' }).click();
  await page.waitForURL((at) => /^\/demandes\/(?!nouvelle)/.test(at.pathname));
  return page.url();
}

export async function offer({ page }, demandeUrl, { prix, message }) {
  await page.goto(demandeUrl);
  await page.getByLabel('Prix proposé').fill(prix);
  await page.getByLabel('Message').fill(message);
  await page.getByRole('button', { name: 'Proposer une offre' }).click();
  await page.getByText('Offre envoyée').waitFor();
}

/** @returns the id of the meeting that accepting opened */
export async function accept({ page }, url) {
  await page.goto(`${url}/offres`);
  await page.getByRole('button', { name: 'Accepter' }).first().click();
  await page.waitForURL('**/meet/*');
  return new URL(page.url()).pathname.split('/').at(-1);
}

/** From the waiting room into the call, with a preview first. */
export async function join({ page }) {
  await page.getByLabel('Votre aperçu').waitFor();
  await page.getByRole('button', { name: 'Rejoindre', exact: true }).click();
  await page.getByRole('button', { name: 'Raccrocher' }).waitFor();
}

/** Two people with an accepted offre: Amina on the meet page, Bruno wherever he was. */
export async function meetUp(amina, bruno, url, suffix = '') {
  const demande = await publish(amina, url, {
    titre: `Monter une armoire${suffix}`,
    description: 'Trois portes, troisième étage.',
    prix: '100',
  });
  await offer(bruno, demande, { prix: '85,50', message: 'Je peux venir samedi matin.' });
  return accept(amina, url);
}

/** No part of the page sticks out sideways, and each control lies inside the window. */
export async function layoutProblems({ page }) {
  return page.evaluate(() => {
    const problems = [];
    const scrolls = (element) =>
      element !== null && ((/auto|scroll/.test(getComputedStyle(element).overflowY) && element.scrollHeight > element.clientHeight) || scrolls(element.parentElement));
    const { innerWidth, innerHeight } = window;
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) problems.push(`page is ${root.scrollWidth} px wide in a window of ${innerWidth}`);
    for (const control of document.querySelectorAll('a, button, input, select, textarea')) {
      const box = control.getBoundingClientRect();
      const style = getComputedStyle(control);
      const isShown = box.width > 1 && box.height > 1 && style.visibility === 'visible' && style.position !== 'absolute';
      if (!isShown) continue;
      const name = control.getAttribute('aria-label') ?? control.textContent?.trim() ?? control.tagName;
      if (box.left < -1 || box.right > innerWidth + 1) problems.push(`« ${name} » reaches from ${box.left} to ${box.right}`);
      // In a call only panels scroll: what is below the edge elsewhere cannot be reached.
      if (document.querySelector('[role=toolbar]') && box.bottom > innerHeight + 1 && !scrolls(control.parentElement)) problems.push(`« ${name} » ends at ${box.bottom}`);
    }
    return problems;
  });
}
