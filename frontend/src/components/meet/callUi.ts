import { create } from 'zustand';

export type Panel = 'chat' | 'info' | 'stats';
export type CallDialog = 'devices' | 'quality' | 'help' | 'more';

interface CallUi {
  /** One panel and one dialog at a time. */
  panel: Panel | null;
  dialog: CallDialog | null;
  togglePanel: (panel: Panel) => void;
  closePanel: () => void;
  open: (dialog: CallDialog) => void;
  closeDialog: () => void;
}

/** What is open in the call; nothing of it comes from the room, and the next call begins with the faces. */
export const useCallUi = create<CallUi>((set) => ({
  panel: null,
  dialog: null,
  togglePanel: (panel) => set((now) => ({ panel: now.panel === panel ? null : panel, dialog: null })),
  closePanel: () => set({ panel: null }),
  open: (dialog) => set({ dialog }),
  closeDialog: () => set({ dialog: null }),
}));
