/** What ErrorState shows: RFC 9457 with the members Ballast adds. Structural, so ui stays on its own. */
export interface ProblemLike {
  title: string
  detail?: string
  code?: string
  host?: string
  remedy?: string
  libvirt?: { code: number; domain: number; message: string }
  qemu?: { class: string; desc: string }
  command?: string
  issues?: { path: string; message: string }[]
}

/** The problem inside a thrown value; any other error becomes one with its message. */
export function problemOf(error: unknown): ProblemLike {
  if (typeof error === 'object' && error !== null) {
    if ('toProblem' in error && typeof error.toProblem === 'function')
      return error.toProblem() as ProblemLike
    if ('problem' in error && typeof error.problem === 'object' && error.problem !== null)
      return error.problem as ProblemLike
  }
  return { title: '', detail: error instanceof Error ? error.message : String(error) }
}
