import * as v from 'valibot';
import type { Id, Message } from '../../api/generated';
import { Refusal, refusalOf } from '../../api/refusal';
import { fileName, fileProblem, isPicture, type FileProblem } from '../../lib/files';
import { recall, remember } from '../../lib/remembered';

/** A file chosen and not sent yet. */
export interface Attachment {
  id: string;
  file: File;
  /** An address of the picture while it waits; null for what is no picture. */
  preview: string | null;
  /** Said in its place to who does not see it, and shown below it. */
  legende: string;
}

/** A message on its way. */
export interface Outgoing {
  id: string;
  texte: string | null;
  file: { nom: string; taille: number } | null;
  status: 'uploading' | 'sending' | 'sent' | 'failed';
  /** Of the upload, from 0 to 1. */
  progress: number;
  problem: Refusal | null;
  /** Once sent: what the list will call it. */
  messageId: Id<'messages'> | null;
}

export interface OutboxState {
  draft: string;
  attachments: readonly Attachment[];
  outgoing: readonly Outgoing[];
}

export interface Refused {
  nom: string;
  problem: FileProblem;
}

export interface OutboxPorts {
  send: (message: { texte?: string; storageId?: Id<'files'>; nomFichier?: string }) => Promise<Id<'messages'>>;
  uploadUrl: () => Promise<string>;
  upload: (url: string, file: File, options: { onProgress: (share: number) => void; signal: AbortSignal }) => Promise<Id<'files'>>;
}

/** What only the sending itself needs to know. */
interface Job {
  texte: string | null;
  file: File | null;
  storageId: Id<'files'> | null;
  cancel: AbortController;
  /** The newest message when this was written, by the server's clock; null while none was known. */
  after: number | null;
}

const Unsent = v.array(v.object({ id: v.string(), texte: v.string(), after: v.nullable(v.number()) }));

/**
 * What one person has written in one conversation and the server does not have yet: the draft, the
 * chosen files, the messages on their way. It outlives the page's components; texts outlive a
 * reload too, then marked as not sent, since nobody knows whether they were.
 */
export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #draftKey: string;
  readonly #unsentKey: string;
  readonly #jobs = new Map<string, Job>();
  readonly #listeners = new Set<() => void>();
  readonly #askFirst = (event: BeforeUnloadEvent) => event.preventDefault();
  #uploads: Promise<unknown> = Promise.resolve(); // one at a time, in the order they were sent
  #state: OutboxState;

  /** @param key of the person and the conversation */
  constructor(key: string, ports: OutboxPorts) {
    this.#ports = ports;
    this.#draftKey = `visavis.draft.${key}`;
    this.#unsentKey = `visavis.unsent.${key}`;
    const draft = recall(this.#draftKey);
    const unsent = v.safeParse(Unsent, recall(this.#unsentKey));
    const restored = unsent.success ? unsent.output : [];
    for (const { id, texte, after } of restored) this.#jobs.set(id, newJob({ texte, after }));
    this.#state = {
      draft: typeof draft === 'string' ? draft : '',
      attachments: [],
      outgoing: restored.map(({ id, texte }) => ({ ...newOutgoing(id, texte, null), status: 'failed' as const })),
    };
    addEventListener('online', () => this.#retryAfterNetwork());
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly snapshot = () => this.#state;

  setDraft(draft: string) {
    remember(this.#draftKey, draft === '' ? null : draft);
    this.#set({ draft });
  }

  /** @returns those that cannot be sent, and why */
  attach(files: Iterable<File>): Refused[] {
    const attachments = [...this.#state.attachments];
    const refused: Refused[] = [];
    for (const file of files) {
      const problem = fileProblem(file, attachments.length);
      if (problem !== null) refused.push({ nom: file.name, problem });
      else attachments.push({ id: newId(), file, preview: isPicture(file.type) ? URL.createObjectURL(file) : null, legende: '' });
    }
    this.#set({ attachments });
    return refused;
  }

  detach(id: string) {
    const gone = this.#state.attachments.find((each) => each.id === id);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    this.#set({ attachments: this.#state.attachments.filter((each) => each.id !== id) });
  }

  describe(id: string, legende: string) {
    this.#set({ attachments: this.#state.attachments.map((each) => (each.id === id ? { ...each, legende } : each)) });
  }

  /** Sends the draft and the files, each a message. @param after creation time of the newest message; null before any is known */
  sendAll(after: number | null) {
    const texte = this.#state.draft.trim();
    const { attachments } = this.#state;
    if (texte !== '') this.#begin(newJob({ texte, after }));
    this.setDraft('');
    for (const { id, file, legende } of attachments) {
      this.detach(id);
      this.#begin(newJob({ texte: legende.trim() || null, file, after }));
    }
  }

  retry(id: string) {
    if (this.#find(id)?.status === 'failed') void this.#run(id);
  }

  /** Stops an upload, or forgets what was not sent. */
  discard(id: string) {
    this.#jobs.get(id)?.cancel.abort();
    this.#forget(id);
  }

  /** Told of every list of messages: what is in it is no longer on its way. */
  reconcile(mine: readonly Pick<Message, '_id' | '_creationTime' | 'texte'>[]) {
    const free = mine.filter((message) => !this.#state.outgoing.some(({ messageId }) => messageId === message._id));
    for (const { id, messageId, status, texte } of this.#state.outgoing) {
      if (messageId !== null) {
        if (mine.some((message) => message._id === messageId)) this.#forget(id);
        continue;
      }
      // Failed and there all the same: it had arrived before this page lost sight of it.
      const job = this.#jobs.get(id);
      if (status !== 'failed' || job === undefined || job.file !== null || job.after === null) continue;
      const { after } = job;
      const arrived = free.findIndex((message) => message.texte === texte && message._creationTime > after);
      if (arrived < 0) continue;
      free.splice(arrived, 1);
      this.#forget(id);
    }
  }

  #begin(job: Job) {
    const id = newId();
    this.#jobs.set(id, job);
    const file = job.file && { nom: fileName(job.file.name), taille: job.file.size };
    this.#set({ outgoing: [...this.#state.outgoing, newOutgoing(id, job.texte, file)] });
    void this.#run(id);
  }

  async #run(id: string) {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    const { file, texte, cancel } = job;
    try {
      if (file !== null && job.storageId === null) {
        this.#change(id, { status: 'uploading', progress: 0, problem: null });
        job.storageId = await this.#upload(id, file, cancel.signal);
      }
      cancel.signal.throwIfAborted();
      this.#change(id, { status: 'sending', problem: null });
      const messageId = await this.#ports.send({
        ...(texte !== null && { texte }),
        ...(file !== null && job.storageId !== null && { storageId: job.storageId, nomFichier: fileName(file.name) }),
      });
      this.#change(id, { status: 'sent', messageId });
    } catch (error) {
      if (!cancel.signal.aborted) this.#change(id, { status: 'failed', problem: refusalOf(error) });
    }
  }

  #upload(id: string, file: File, signal: AbortSignal): Promise<Id<'files'>> {
    const turn = this.#uploads.then(async () => {
      signal.throwIfAborted();
      const url = await this.#ports.uploadUrl();
      return this.#ports.upload(url, file, { signal, onProgress: (progress) => this.#change(id, { progress }) });
    });
    this.#uploads = turn.catch(() => undefined);
    return turn;
  }

  #retryAfterNetwork() {
    for (const { id, status, problem } of this.#state.outgoing) {
      if (status === 'failed' && problem?.code === 'network') void this.#run(id);
    }
  }

  #find(id: string) {
    return this.#state.outgoing.find((each) => each.id === id);
  }

  #change(id: string, change: Partial<Outgoing>) {
    this.#set({ outgoing: this.#state.outgoing.map((each) => (each.id === id ? { ...each, ...change } : each)) });
  }

  #forget(id: string) {
    this.#jobs.delete(id);
    this.#set({ outgoing: this.#state.outgoing.filter((each) => each.id !== id) });
  }

  #set(change: Partial<OutboxState>) {
    this.#state = { ...this.#state, ...change };
    if (change.outgoing !== undefined) this.#rememberUnsent();
    // Files do not outlive the page: leaving it asks first.
    const hasFiles = this.#state.attachments.length > 0 || this.#state.outgoing.some(({ file, status }) => file !== null && status !== 'sent');
    if (hasFiles) addEventListener('beforeunload', this.#askFirst);
    else removeEventListener('beforeunload', this.#askFirst);
    for (const listener of this.#listeners) listener();
  }

  #rememberUnsent() {
    const unsent = this.#state.outgoing.flatMap(({ id, texte, file, status }) =>
      texte !== null && file === null && status !== 'sent' ? { id, texte, after: this.#jobs.get(id)?.after ?? null } : [],
    );
    remember(this.#unsentKey, unsent.length === 0 ? null : unsent);
  }
}

let made = 0;
const newId = () => `${Date.now()}-${made++}`;

function newJob({ texte, after, file = null }: { texte: string | null; after: number | null; file?: File | null }): Job {
  return { texte, file, after, storageId: null, cancel: new AbortController() };
}

function newOutgoing(id: string, texte: string | null, file: Outgoing['file']): Outgoing {
  return { id, texte, file, status: file === null ? 'sending' : 'uploading', progress: 0, problem: null, messageId: null };
}
