import { create } from 'zustand';

export type Layout = 'face' | 'speaker';

interface CallUi {
  layout: Layout;
  isDevicesOpen: boolean;
  isChatOpen: boolean;
  toggleLayout: () => void;
  setDevicesOpen: (isOpen: boolean) => void;
  setChatOpen: (isOpen: boolean) => void;
}

/** How the person has arranged the call; nothing of it comes from the room. */
export const useCallUi = create<CallUi>((set) => ({
  layout: 'face',
  isDevicesOpen: false,
  isChatOpen: false,
  toggleLayout: () => set(({ layout }) => ({ layout: layout === 'face' ? 'speaker' : 'face' })),
  setDevicesOpen: (isDevicesOpen) => set({ isDevicesOpen }),
  setChatOpen: (isChatOpen) => set({ isChatOpen }),
}));
