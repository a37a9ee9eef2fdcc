/** As high as a chart with its legend, so that nothing jumps when it comes. */
export function ChartPlaceholder() {
  return <div aria-hidden className="bg-sunken animate-pulse-soft h-[19.5rem] rounded" />
}
