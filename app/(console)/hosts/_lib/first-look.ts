import type { Problem } from '../../../../server/contract/problem.ts'
import { ProblemError } from '../../../../server/contract/problem.ts'
import { getRuntime } from '../../../../server/runtime.ts'

/** Longer than a host takes that answers, shorter than anybody waits for a page. Ms. */
const mostMs = 400

/**
 * What a host answers for the first rendering of a page, or why it does not.
 *
 * @returns null when it takes too long: the page comes without, and the live channel brings the answer
 *   (nothing is lost of what is under way: who asks next gets the same)
 * @throws what is no ProblemError; when that comes too late, it is reported
 */
export async function firstLook<T>(
  read: Promise<T>,
  {
    waitMs = mostMs,
    report = (error: unknown) => getRuntime().reportError(error, 'first look at a host'),
  } = {},
): Promise<{ value: T | null; problem: Problem | null } | null> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), waitMs)
  })
  const answer = read.then(
    (value) => ({ value, problem: null }),
    (error: unknown) => {
      if (error instanceof ProblemError) return { value: null, problem: error.toProblem() }
      throw error
    },
  )
  try {
    const first = await Promise.race([answer, tooLong])
    // What fails later is no page's any more.
    if (first === null) answer.catch(report)
    return first
  } finally {
    clearTimeout(timer)
  }
}
