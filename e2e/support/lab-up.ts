import { setup } from '../lab/global-setup.ts'

/** Playwright's global setup: brings the lab up where it is not, and answers how to take it down. */
const labUp = () => setup()
// oxlint-disable-next-line import/no-default-export -- Playwright loads a setup by its default export.
export default labUp
