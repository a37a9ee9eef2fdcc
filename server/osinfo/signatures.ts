import type { MediaFacts } from '../virtinst/host-facts.ts'
import type { MediaRecord, OsRecord, OsRecords } from './records.ts'

export interface FoundSignature {
  os: OsRecord
  media: MediaRecord
}

/** Compiled once; null = a pattern that JavaScript does not know (none so far). */
const patterns = new Map<string, RegExp | null>()
/** Labels are at most 128 characters; patterns of the database are tame on that length. */
const mostLabel = 128

/**
 * The medium of the database that a descriptor fits best. Patterns match anywhere in a label, as
 * libosinfo has it; what is not said may be any. Of several the one that says more wins: first by
 * the length of the volume pattern, then by how many labels it looks at.
 */
export function findSignature(
  records: OsRecords,
  media: MediaFacts,
): FoundSignature | undefined {
  let best: FoundSignature | undefined
  let bestScore = 0
  for (const index of records.keys.keys()) {
    const os = records.at(index)
    for (const signature of os.media) {
      const score = fits(signature, media)
      if (score > bestScore) {
        best = { os, media: signature }
        bestScore = score
      }
    }
  }
  return best
}

/** 0 = does not fit. */
function fits(signature: MediaRecord, media: MediaFacts): number {
  const pairs: [string | null, string][] = [
    [signature.volumeId, media.volumeId],
    [signature.systemId, media.systemId],
    [signature.publisherId, media.publisherId],
    [signature.applicationId, media.applicationId],
  ]
  let said = 0
  for (const [pattern, label] of pairs) {
    if (pattern === null) continue
    if (!matches(pattern, label)) return 0
    said++
  }
  if (said === 0) return 0
  const { volumeBytes } = signature
  if (volumeBytes !== null && media.sizeBytes !== undefined) {
    if (volumeBytes !== media.sizeBytes) return 0
    said++
  }
  return (signature.volumeId?.length ?? 0) * 10 + said
}

function matches(pattern: string, label: string): boolean {
  let compiled = patterns.get(pattern)
  if (compiled === undefined) {
    compiled = compile(pattern)
    patterns.set(pattern, compiled)
  }
  return compiled?.test(label.slice(0, mostLabel)) ?? false
}

function compile(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern)
  } catch {
    // Written for another kind of regular expression: it recognises nothing here.
    return null
  }
}
