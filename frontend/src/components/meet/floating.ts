import type { MeetVideo } from './engines/meetClient';
import { dressWindow } from './ownWindow';
import { useRunningCall } from './runningCall';

/** Chromium's window for any part of a page; elsewhere a video alone may float. */
interface DocumentPictureInPicture {
  requestWindow: (size: { width: number; height: number }) => Promise<Window>;
}

const windowSize = { width: 320, height: 200 }; // px

function documentPip(): DocumentPictureInPicture | null {
  const found: unknown = Reflect.get(window, 'documentPictureInPicture');
  return typeof found === 'object' && found !== null && 'requestWindow' in found ? (found as DocumentPictureInPicture) : null;
}

/** Whether this browser can keep `picture` above other windows. Without a window of ours, there must be a picture. */
export const canFloat = (picture: MeetVideo | null) => documentPip() !== null || (document.pictureInPictureEnabled && picture !== null);

/** Opens the floating window, or closes it. Wants a gesture; a browser that refuses leaves everything as it is. */
export async function toggleFloating(picture: MeetVideo | null) {
  const pip = documentPip();
  try {
    if (pip !== null) await toggleWindow(pip);
    else if (document.pictureInPictureElement !== null) await document.exitPictureInPicture();
    else if (picture !== null) await floatVideo(picture);
  } catch {
    // No gesture, or forbidden by a policy: the call goes on where it is.
  }
}

async function toggleWindow(pip: DocumentPictureInPicture) {
  const { floating } = useRunningCall.getState();
  if (floating !== null) return floating.close();
  const opened = await pip.requestWindow(windowSize);
  dressWindow(opened, document.title);
  opened.addEventListener('pagehide', () => useRunningCall.setState({ floating: null }), { once: true });
  useRunningCall.setState({ floating: opened });
}

async function floatVideo(picture: MeetVideo) {
  const element = document.createElement('video');
  element.muted = true;
  element.playsInline = true;
  element.autoplay = true;
  const detach = picture.attach(element);
  try {
    if (element.readyState < HTMLMediaElement.HAVE_METADATA) {
      await new Promise((ready) => element.addEventListener('loadedmetadata', ready, { once: true }));
    }
    await element.requestPictureInPicture();
    element.addEventListener('leavepictureinpicture', detach, { once: true });
  } catch (error) {
    detach();
    throw error;
  }
}
