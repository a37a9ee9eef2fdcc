// Plain JavaScript for Node 20: `npm run demo` on a new machine begins here.
import { ensureBuild } from './ensure-build.mjs'
import { continueIn, ensureDebian, ensureNpm, PACKAGES } from './ensure.mjs'
import { fail } from './steps.mjs'

try {
  if (process.getuid?.() !== 0)
    throw new Error('The demo makes three virtual hosts and needs root: sudo npm run demo')
  await ensureNpm()
  await ensureDebian(PACKAGES.lab)
  await ensureBuild()
  continueIn('e2e/setup/run-demo.ts')
} catch (error) {
  fail(error)
}
