import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { api } from '../../api/generated';
import type { Id, Message } from '../../api/generated';
import { Refusal } from '../../api/refusal';
import { chooseLocale } from '../../i18n/words';
import { FakeConvex, pageOf } from '../../testing/fakeConvex';
import { render } from '../../testing/render';
import { amina, bruno, id, message } from '../../testing/samples';
import { Conversation } from './Conversation';

function world(messages: Message[] = []) {
  const held = { messages, send: (): Promise<Id<'messages'>> | Id<'messages'> => id('unused') };
  const convex = new FakeConvex().on(api.messages.list, () => pageOf([...held.messages].reverse())).on(api.messages.send, ({ texte }) => {
    const answer = held.send();
    if (answer !== 'unused') return answer;
    const sent = message(amina, texte === undefined ? {} : { texte });
    held.messages = [...held.messages, sent];
    return sent._id;
  });
  return { held, convex };
}
const show = (given: ReturnType<typeof world>) => render(<Conversation offreId={id('offre')} me={amina._id} autre={bruno} />, given);
const box = () => screen.findByRole('textbox', { name: 'Écrire un message' });
const log = () => screen.getByRole('log', { name: 'Messages échangés avec Bruno Lefèvre' });

test('an empty conversation says what it is for', async () => {
  show(world());
  expect(await screen.findByText(/Écrivez le premier message/)).toBeTruthy();
});

test('says who wrote what, oldest first, under the day', async () => {
  show(world([message(bruno, { texte: 'Bonjour' }), message(amina, { texte: 'Bonsoir' })]));
  await screen.findByText('Bonjour');
  const items = within(log()).getAllByRole('listitem').map((item) => item.textContent?.replace('’', "'"));
  expect(items[0]).toBe("aujourd'hui");
  expect(items[1]).toMatch(/^Bruno Lefèvre.*Bonjour$/);
  expect(items[2]).toMatch(/^Vous.*Bonsoir$/);
  expect(items[3]).toBe('Envoyé');
});

describe('writing', () => {
  test('Enter sends, Shift and Enter break the line, and the focus stays', async () => {
    const given = world();
    show(given);
    await userEvent.type(await box(), 'un{Shift>}{Enter}{/Shift}deux{Enter}');
    expect(given.convex.calls.at(-1)).toEqual({ name: 'messages:send', args: { offreId: 'offre', texte: 'un\ndeux' } });
    const field = await box();
    expect((field as HTMLTextAreaElement).value).toBe('');
    expect(document.activeElement).toBe(field);
    expect(await screen.findByText('Envoyé')).toBeTruthy();
  });

  test('nothing but spaces is not sent', async () => {
    const given = world();
    show(given);
    await userEvent.type(await box(), '  {Enter}');
    expect(screen.getByRole('button', { name: 'Envoyer' }).hasAttribute('disabled')).toBe(true);
    expect(given.convex.calls).toEqual([]);
  });

  test('a text that is too long is told, and kept whole', async () => {
    show(world());
    const field = await box();
    await userEvent.click(field);
    await userEvent.paste('x'.repeat(4002));
    expect(screen.getByText(/il y en a 2 de trop/)).toBeTruthy();
    expect((field as HTMLTextAreaElement).value).toHaveLength(4002);
    expect(screen.getByRole('button', { name: 'Envoyer' }).hasAttribute('disabled')).toBe(true);
  });

  test('on its way it says so; refused, it says why and can be sent again', async () => {
    const given = world();
    given.held.send = () => Promise.reject(new Refusal('unavailable'));
    show(given);
    await userEvent.type(await box(), 'Bonjour{Enter}');
    expect(await screen.findByText(/Non envoyé\. Le service est momentanément indisponible/)).toBeTruthy();
    given.held.send = () => new Promise(() => undefined);
    await userEvent.click(screen.getByRole('button', { name: 'Réessayer' }));
    expect(await screen.findByText('Envoi…')).toBeTruthy();
  });

  test('what was typed is there on the next page', async () => {
    const { unmount } = show(world());
    await userEvent.type(await box(), 'Je réfléchis');
    unmount();
    show(world());
    expect(((await box()) as HTMLTextAreaElement).value).toBe('Je réfléchis');
  });
});

describe('files', () => {
  test('are listed before they leave, and can be taken out', async () => {
    show(world());
    await box();
    await userEvent.upload(screen.getByTestId('files'), new File(['abc'], 'plan.pdf', { type: 'application/pdf' }));
    expect(screen.getByText('plan.pdf')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Envoyer' }).hasAttribute('disabled')).toBe(false);
    await userEvent.click(screen.getByRole('button', { name: /^Retirer.*plan\.pdf/ }));
    expect(screen.queryByText('plan.pdf')).toBeNull();
  });

  test('that are too big are named with the limit', async () => {
    show(world());
    await box();
    const big = Object.defineProperty(new File(['x'], 'film.mp4'), 'size', { value: 26 * 1024 * 1024 });
    await userEvent.upload(screen.getByTestId('files'), big);
    expect(screen.getByText(/film\.mp4.*dépasse 25\sMo/)).toBeTruthy();
  });

  test('of the other are downloaded; pictures are shown, and open apart from the call', async () => {
    const fichier = { url: '/api/files/f1?s', nom: 'plan.pdf', taille: 2048, type: 'application/pdf' };
    const photo = { url: '/api/files/f2?s', nom: 'porte.png', taille: 2048, type: 'image/png' };
    show(world([message(bruno, { fichier }), message(bruno, { fichier: photo, texte: 'La porte' })]));
    const download = await screen.findByRole('link', { name: /^Télécharger.*plan\.pdf/ });
    expect(download.getAttribute('download')).toBe('plan.pdf');
    const open = screen.getByRole('link', { name: /^Ouvrir l’image.*La porte/ });
    expect(open.getAttribute('target')).toBe('_blank');
    expect(open.querySelector('img')?.getAttribute('src')).toBe('/api/files/f2?s');
    expect(screen.queryByRole('link', { name: /^Ouvrir.*plan/ })).toBeNull();
  });
});

test('markup stays text, and only https addresses can be followed', async () => {
  show(world([message(bruno, { texte: '<b>gras</b> http://a.example https://b.example/c' })]));
  expect(await screen.findByText(/<b>gras<\/b>/)).toBeTruthy();
  const link = within(log()).getByRole('link');
  expect(link.getAttribute('href')).toBe('https://b.example/c');
  expect(link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
});

test('speaks English to who reads English', async () => {
  chooseLocale('en');
  show(world());
  expect(await screen.findByRole('textbox', { name: 'Write a message' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Attach a file' })).toBeTruthy();
});
