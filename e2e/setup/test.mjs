// Plain JavaScript for Node 20: `npm test` in a fresh clone begins here.
import { continueIn, ensureDebian, ensureNpm, PACKAGES } from './ensure.mjs'
import { fail } from './steps.mjs'

try {
  await ensureNpm()
  await ensureDebian([
    ...PACKAGES.lab,
    ...PACKAGES.browser,
    ...PACKAGES.bench,
    ...PACKAGES.metrics,
  ])
  continueIn('e2e/setup/run-tests.ts')
} catch (error) {
  fail(error)
}
