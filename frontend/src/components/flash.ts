import { create } from 'zustand';

/** What the dashboard says once about the call that has just ended. */
export interface Flash {
  titre: string;
  text: string;
  /** The page of what it was about. */
  href: string;
}

interface FlashState {
  flash: Flash | null;
  show: (flash: Flash) => void;
  dismiss: () => void;
}

export const useFlash = create<FlashState>((set) => ({
  flash: null,
  show: (flash) => set({ flash }),
  dismiss: () => set({ flash: null }),
}));
