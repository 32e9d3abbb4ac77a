import { createContext, useContext } from 'react';
import type { LoadMeetClient } from './meetClient';

export const MeetClientLoader = createContext<LoadMeetClient | null>(null);

export function useMeetClientLoader(): LoadMeetClient {
  const load = useContext(MeetClientLoader);
  if (load === null) throw new Error('useMeetClientLoader() is used inside MeetClientLoader');
  return load;
}
