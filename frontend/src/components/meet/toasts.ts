import { create } from 'zustand';

export interface Toast {
  id: number;
  text: string;
}

interface Toasts {
  toasts: Toast[];
  say: (text: string) => void;
  remove: (id: number) => void;
}

let last = 0;
const atMost = 3;

/** Sentences of the call that need no answer. The newest last; the oldest make room. */
export const useToasts = create<Toasts>((set) => ({
  toasts: [],
  say: (text) => set(({ toasts }) => ({ toasts: [...toasts.filter((toast) => toast.text !== text), { id: ++last, text }].slice(-atMost) })),
  remove: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}));
