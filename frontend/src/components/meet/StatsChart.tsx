import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useWords } from '../../i18n/words';
import type { CallStats } from './callStats';
import { keptSeconds } from './useCallStats';

interface StatsChartProps {
  title: string;
  unit: string;
  history: CallStats[];
  series: { label: string; of: (stats: CallStats) => number | null }[];
}

const height = 110; // px
const dashes = [[], [5, 4]];

/** The last minute of one figure. What it shows is told in words as well: now, and the most. */
export function StatsChart({ title, unit, history, series }: StatsChartProps) {
  const { t, number } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const labels = series.map(({ label }) => label).join('|');

  useEffect(() => {
    const target = box.current;
    if (target === null) return;
    const style = getComputedStyle(target);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, size: 46 };
    const strokes = [colour('--mark'), colour('--ring')];
    plot.current = new UPlot(
      {
        width: target.clientWidth,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range: [-keptSeconds, 0] }, y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
        axes: [{ show: false }, axis],
        series: [{}, ...labels.split('|').map((label, index) => ({ label, stroke: strokes[index] ?? '', width: 2, dash: dashes[index] ?? [], points: { show: false } }))],
      },
      [[], ...labels.split('|').map(() => [])],
      target,
    );
    const resize = new ResizeObserver(() => plot.current?.setSize({ width: target.clientWidth, height }));
    resize.observe(target);
    return () => {
      resize.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [labels]);

  const end = history.at(-1)?.at ?? 0;
  useEffect(() => {
    plot.current?.setData([history.map(({ at }) => (at - end) / 1000), ...series.map(({ of }) => history.map(of))]);
  });

  const spoken = series.map(({ label, of }) => {
    const values = history.map(of).filter((value) => value !== null);
    const now = number(Math.round(values.at(-1) ?? 0));
    return t('stats.chart.words', { quoi: label, valeur: `${now} ${unit}`, maximum: `${number(Math.round(Math.max(0, ...values)))} ${unit}` });
  });
  return (
    <figure className="m-0">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm">
        <span className="font-semibold">{title}</span>
        <span className="text-muted">{unit}</span>
      </figcaption>
      <div ref={box} aria-hidden className="mt-1 h-[110px]" />
      <p className="mt-1 text-sm text-muted">{spoken.join(' · ')}</p>
    </figure>
  );
}
