import * as v from 'valibot';
import type { Id } from '../../api/generated';
import { Refusal, refusalFromData } from '../../api/refusal';

const Stored = v.object({ storageId: v.string() });

interface UploadOptions {
  /** From 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/**
 * Sends one file to an upload URL. `fetch` does not tell how much has left, so this is XMLHttpRequest.
 * @throws Refusal, or the signal's reason when it was cancelled
 */
export function upload(url: string, file: File, { onProgress, signal }: UploadOptions): Promise<Id<'files'>> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new Refusal('network'));
    request.ontimeout = () => reject(new Refusal('network'));
    request.onload = () => {
      const answer = parsed(request.responseText);
      const stored = v.safeParse(Stored, answer);
      // The server made it, and only the server reads it again.
      if (request.status === 200 && stored.success) resolve(stored.output.storageId as Id<'files'>);
      else reject(refusalIn(request, answer));
    };
    signal.addEventListener('abort', () => {
      request.abort();
      reject(signal.reason);
    });
    request.open('POST', url);
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusalIn(request: XMLHttpRequest, answer: unknown): Refusal {
  if (request.status === 429) {
    const seconds = Number(request.getResponseHeader('retry-after'));
    return new Refusal('rate_limited', seconds > 0 ? { retryAfter: seconds } : {});
  }
  const data = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
  return refusalFromData(data) ?? new Refusal(request.status >= 500 ? 'unavailable' : 'unknown');
}
