import { describe, expect, test, vi } from 'vitest';
import { Refusal } from '../../api/refusal';
import { id, message, bruno } from '../../testing/samples';
import { Outbox, type OutboxPorts } from './outbox';

const file = (name: string, type = 'application/pdf', size = 3) => new File([new Uint8Array(size)], name, { type });

function ports(change: Partial<OutboxPorts> = {}) {
  return {
    send: vi.fn<OutboxPorts['send']>(() => Promise.resolve(id('m1'))),
    uploadUrl: vi.fn<OutboxPorts['uploadUrl']>(() => Promise.resolve('/api/uploads/u')),
    upload: vi.fn<OutboxPorts['upload']>(() => Promise.resolve(id('f1'))),
    ...change,
  };
}
const statuses = (outbox: Outbox) => outbox.snapshot().outgoing.map(({ status }) => status);

describe('the draft', () => {
  test('survives a reload, and is gone once sent', () => {
    new Outbox('a.o', ports()).setDraft('Bonjour, je');
    const again = new Outbox('a.o', ports());
    expect(again.snapshot().draft).toBe('Bonjour, je');
    again.sendAll(0);
    expect(new Outbox('a.o', ports()).snapshot().draft).toBe('');
  });

  test('is one of each person and conversation', () => {
    new Outbox('a.o', ports()).setDraft('pour Bruno');
    expect(new Outbox('b.o', ports()).snapshot().draft).toBe('');
    expect(new Outbox('a.p', ports()).snapshot().draft).toBe('');
  });
});

describe('a text', () => {
  test('is on its way until the list holds it', async () => {
    const outbox = new Outbox('a.o', ports());
    outbox.setDraft('  Bonjour ');
    outbox.sendAll(0);
    expect(statuses(outbox)).toEqual(['sending']);
    await vi.waitFor(() => expect(statuses(outbox)).toEqual(['sent']));
    outbox.reconcile([message(bruno, { _id: id('m1'), texte: 'Bonjour' })]);
    expect(outbox.snapshot().outgoing).toEqual([]);
  });

  test('that was refused says why, and another try sends it', async () => {
    const send = vi.fn<OutboxPorts['send']>().mockRejectedValueOnce(new Refusal('rate_limited')).mockResolvedValueOnce(id('m1'));
    const outbox = new Outbox('a.o', ports({ send }));
    outbox.setDraft('Bonjour');
    outbox.sendAll(0);
    await vi.waitFor(() => expect(statuses(outbox)).toEqual(['failed']));
    const [failed] = outbox.snapshot().outgoing;
    expect(failed?.problem?.code).toBe('rate_limited');
    outbox.retry(failed?.id ?? '');
    await vi.waitFor(() => expect(statuses(outbox)).toEqual(['sent']));
    expect(send).toHaveBeenLastCalledWith({ texte: 'Bonjour' });
  });

  test('that a reload interrupted is there, not sent again by itself', () => {
    const outbox = new Outbox('a.o', ports({ send: () => new Promise(() => undefined) }));
    outbox.setDraft('Bonjour');
    outbox.sendAll(100);
    const after = ports();
    const again = new Outbox('a.o', after);
    expect(again.snapshot().outgoing).toMatchObject([{ texte: 'Bonjour', status: 'failed' }]);
    expect(after.send).not.toHaveBeenCalled();
  });

  test('that had arrived before the reload is not offered again; an older one like it does not count', () => {
    const outbox = new Outbox('a.o', ports({ send: () => new Promise(() => undefined) }));
    outbox.setDraft('Oui');
    outbox.sendAll(100);
    const again = new Outbox('a.o', ports());
    again.reconcile([message(bruno, { texte: 'Oui', _creationTime: 100 })]);
    expect(statuses(again)).toEqual(['failed']);
    again.reconcile([message(bruno, { texte: 'Oui', _creationTime: 101 })]);
    expect(statuses(again)).toEqual([]);
    expect(new Outbox('a.o', ports()).snapshot().outgoing).toEqual([]);
  });
});

describe('files', () => {
  test('too big, empty or too many are left out, with the reason', () => {
    const outbox = new Outbox('a.o', ports());
    const big = Object.defineProperty(file('film.mp4'), 'size', { value: 25 * 1024 * 1024 + 1 });
    expect(outbox.attach([big, file('rien.txt', 'text/plain', 0), file('plan.pdf')])).toEqual([
      { nom: 'film.mp4', problem: 'tooBig' },
      { nom: 'rien.txt', problem: 'empty' },
    ]);
    expect(outbox.snapshot().attachments.map((each) => each.file.name)).toEqual(['plan.pdf']);
    outbox.detach(outbox.snapshot().attachments[0]?.id ?? '');
  });

  test('leave each as a message, a picture with its caption', async () => {
    const given = ports();
    const outbox = new Outbox('a.o', given);
    outbox.attach([file('porte.png', 'image/png')]);
    outbox.describe(outbox.snapshot().attachments[0]?.id ?? '', ' La porte ');
    outbox.sendAll(0);
    expect(outbox.snapshot().attachments).toEqual([]);
    await vi.waitFor(() => expect(given.send).toHaveBeenCalledWith({ texte: 'La porte', storageId: 'f1', nomFichier: 'porte.png' }));
  });

  test('show how far they are, and can be cancelled: nothing is sent then', async () => {
    const upload = vi.fn<OutboxPorts['upload']>((_url, _file, { onProgress, signal }) => {
      onProgress(0.4);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const given = ports({ upload });
    const outbox = new Outbox('a.o', given);
    outbox.attach([file('plan.pdf')]);
    outbox.sendAll(0);
    await vi.waitFor(() => expect(outbox.snapshot().outgoing).toMatchObject([{ status: 'uploading', progress: 0.4 }]));
    outbox.discard(outbox.snapshot().outgoing[0]?.id ?? '');
    expect(outbox.snapshot().outgoing).toEqual([]);
    expect(given.send).not.toHaveBeenCalled();
  });

  test('that the network broke are tried again when it is back', async () => {
    const upload = vi.fn<OutboxPorts['upload']>().mockRejectedValueOnce(new Refusal('network')).mockResolvedValueOnce(id('f1'));
    const outbox = new Outbox('a.o', ports({ upload }));
    outbox.attach([file('plan.pdf')]);
    outbox.sendAll(0);
    await vi.waitFor(() => expect(statuses(outbox)).toEqual(['failed']));
    dispatchEvent(new Event('online'));
    await vi.waitFor(() => expect(statuses(outbox)).toEqual(['sent']));
  });

  test('that wait are not lost without a question', () => {
    const outbox = new Outbox('a.o', ports());
    const leave = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leave()).toBe(false);
    outbox.attach([file('plan.pdf')]);
    expect(leave()).toBe(true);
    outbox.detach(outbox.snapshot().attachments[0]?.id ?? '');
    expect(leave()).toBe(false);
  });
});
