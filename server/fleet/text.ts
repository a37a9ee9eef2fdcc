/** Longest name of a domain, network or pool that is kept; libvirt itself has no limit. */
export const maxNameLength = 256
/** Longest title, description or message that is kept. */
export const maxTextLength = 4096

// Control characters and the marks that turn the direction of a line round; line breaks stay in texts.
const control =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const breaks = /[\t\n]+/g

/** A name from a host as one harmless line of at most 256 characters. */
export function cleanName(value: string): string {
  return clip(value, maxNameLength).replace(control, '').replace(breaks, ' ').toWellFormed()
}

/** A text from a host without control characters, at most 4 KiB of characters; '' becomes null. */
export function cleanText(value: string | null | undefined): string | null {
  if (!value) return null
  const text = clip(value, maxTextLength).replace(control, '').trim().toWellFormed()
  return text === '' ? null : text
}

function clip(value: string, length: number): string {
  return value.length <= length ? value : `${value.slice(0, length - 1)}…`
}
