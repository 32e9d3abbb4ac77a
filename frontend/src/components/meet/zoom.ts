/** How a shared screen is looked at: 1 fits, 4 is four times as large; x and y move it, in shares of the stage. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export const fitted: View = { scale: 1, x: 0, y: 0 };
export const zoomSteps = [1, 1.25, 1.5, 2, 3, 4] as const;

export function zoomed(view: View, direction: 1 | -1): View {
  const scale =
    direction === 1 ? (zoomSteps.find((step) => step > view.scale + 0.01) ?? 4) : (zoomSteps.findLast((step) => step < view.scale - 0.01) ?? 1);
  return moved({ ...view, scale }, 0, 0);
}

/** The picture never leaves the stage: at scale s, half of s − 1 sticks out on each side. */
export function moved({ scale, x, y }: View, byX: number, byY: number): View {
  const most = (scale - 1) / 2;
  const within = (value: number) => Math.min(most, Math.max(-most, value)) + 0;
  return { scale, x: within(x + byX), y: within(y + byY) };
}
