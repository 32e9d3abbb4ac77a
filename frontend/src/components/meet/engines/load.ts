import type { LoadMeetClient } from './meetClient';

/** The embedded engine and every LiveKit server speak the same protocol: one adapter. */
export const loadMeetClient: LoadMeetClient = async () => {
  const { LiveKitMeet } = await import('./livekit');
  return (options) => new LiveKitMeet(options);
};
