/** What the tabs of a test have run of the page's modules, for `scripts/coverage.mjs`; the workers of a tab are not seen. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where it is written, in V8's own format; empty if nobody asks. */
const FOLDER = process.env.TABFIT_COVERAGE ?? "";
let written = 0;

/**
 * Counts in every tab that is opened from now on.
 *
 * @param {import("playwright-core").BrowserContext} context
 * @returns {Promise<() => Promise<void>>} writes what was counted in the tabs that are still open
 */
export async function counting(context) {
  if (!FOLDER) return async () => {};
  const open = context.newPage.bind(context);
  context.newPage = async () => {
    const page = await open();
    await page.coverage.startJSCoverage({ resetOnNavigation: false });
    return page;
  };
  return async () => {
    for (const page of context.pages()) {
      const entries = await page.coverage.stopJSCoverage();
      const result = entries.map(({ url, functions }) => ({ url: new URL(url).pathname.replace(/^/, "www"), functions }));
      writeFileSync(join(FOLDER, `tab-${process.pid}-${++written}.json`), JSON.stringify({ result }));
    }
  };
}
