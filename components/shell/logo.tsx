/** Weights low in a round hull: what keeps a ship upright. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden className={className}>
      <circle cx="12" cy="12" r="10" stroke="currentColor" strokeWidth="1.6" />
      <path
        d="M2.6 13.5c2.2-1.5 4-1.5 6.2 0s4.2 1.5 6.4 0 4-1.5 6.2 0"
        stroke="currentColor"
        strokeWidth="1.6"
      />
      <rect x="7" y="16.4" width="3" height="3" fill="currentColor" />
      <rect x="10.5" y="16.4" width="3" height="3" fill="currentColor" />
      <rect x="14" y="16.4" width="3" height="3" fill="currentColor" />
    </svg>
  )
}
