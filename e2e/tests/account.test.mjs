// One's own data: a copy of it, and the end of an account, against the real binary.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson } from '../support/chromium.mjs';
import { meetUp, signIn, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

describe('one’s own data', { timeout: 150_000 }, () => {
  let server, browser, amina, bruno, elsewhere, demande;

  before(async () => {
    server = await startServer();
    browser = await launch();
    [amina, bruno, elsewhere] = [await openPerson(browser), await openPerson(browser), await openPerson(browser)];
    await signUp(amina, server.url, 'Amina Benali', 'amina@test.example');
    await signUp(bruno, server.url, 'Bruno Lefèvre', 'bruno@test.example');
    await signIn(elsewhere, server.url, 'bruno@test.example');
    await meetUp(amina, bruno, server.url);
    demande = `${server.url}/demandes/${server.sql('select _id from demandes')}`;
    await bruno.page.goto(demande);
    await bruno.page.getByLabel('Écrire un message').fill('Je viens samedi.');
    await bruno.page.getByRole('button', { name: 'Envoyer' }).click();
    await bruno.page.getByText('Envoyé', { exact: true }).waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('a copy holds everything of one’s own, for oneself alone', async () => {
    await bruno.page.goto(`${server.url}/parametres`);
    const [saved] = await Promise.all([bruno.page.waitForEvent('download'), bruno.page.getByRole('button', { name: 'Télécharger une copie' }).click()]);
    const copy = JSON.parse(readFileSync(await saved.path(), 'utf8'));
    assert.equal(copy.account.email, 'bruno@test.example');
    assert.equal(copy.offres[0].message, 'Je peux venir samedi matin.');
    assert.equal(copy.meets[0].autre, 'Amina Benali');
    assert.equal(copy.messages[0].texte, 'Je viens samedi.');
    const hers = saved.url().replace(copy.account._id ?? copy.account.id, server.sql("select _id from users where name like 'Amina%'"));
    assert.notEqual(hers, saved.url());
    assert.equal((await fetch(hers)).status, 403);
  });

  test('an account is erased by its password, on every device, at once', async () => {
    await elsewhere.page.goto(`${server.url}/offres`);
    const { page } = bruno;
    await page.getByRole('button', { name: 'Supprimer le compte' }).click();
    const dialog = page.getByRole('dialog', { name: /Supprimer votre compte/ });
    await dialog.getByLabel('Votre mot de passe').fill('pas le bon du tout');
    await dialog.getByRole('button', { name: 'Supprimer définitivement' }).click();
    await dialog.getByText('Ce n’est pas votre mot de passe.').waitFor();
    assert.notEqual(server.sql("select count(*) from users where email like '%bruno%'"), '0');
    await dialog.getByLabel('Votre mot de passe').fill('une phrase assez longue');
    await dialog.getByRole('button', { name: 'Supprimer définitivement' }).click();
    await page.waitForURL((at) => at.pathname === '/');
    await page.getByRole('link', { name: 'Se connecter' }).first().waitFor();
    await elsewhere.page.waitForURL('**/connexion*');
  });

  test('nothing of the person is left in any table, but their words in the other’s conversation', async () => {
    const tables = server.sql("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'").split('\n');
    for (const table of tables) {
      const columns = server.sql(`select name from pragma_table_info('${table}')`).split('\n');
      const text = columns.map((column) => `coalesce("${column}", '')`).join(" || ' ' || ");
      assert.equal(server.sql(`select count(*) from "${table}" where ${text} like '%bruno%' or ${text} like '%Lefèvre%'`), '0', table);
    }
    await amina.page.goto(demande);
    await amina.page.getByText('Je viens samedi.').waitFor();
    await amina.page.getByText('avec Compte supprimé').first().waitFor();
    await until('the meeting has ended', () => server.sql('select status, endedBy from meetSessions') === 'cancelled|system');
  });

  test('nothing complained', () => {
    // The one who is gone is told so by every door they had open.
    assert.deepEqual(amina.complaints, []);
  });
});
