/** What the tabs of a test have run of the page's modules, for `scripts/coverage/javascript.mjs`; the workers of a tab are not seen. */

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./chromium.mjs";

/** Where it is written, in V8's own format; empty if nobody asks. */
const FOLDER = process.env.TABFIT_COVERAGE ?? "";
let written = 0;

/** The built page for a server, or where somebody counts, the same with its modules as they are written. @returns {Record<string, string>} */
export function mounts() {
  const built = { "/": join(ROOT, "dist") };
  if (!FOLDER) return built;
  const programs = readdirSync(join(ROOT, "www")).filter((name) => name.endsWith(".js"));
  return { ...built, "/js/": join(ROOT, "www/js"), ...Object.fromEntries(programs.map((name) => [`/${name}`, join(ROOT, "www", name)])) };
}

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
      const result = entries.map(({ url, functions }) => ({ url: `www${new URL(url).pathname}`, functions }));
      writeFileSync(join(FOLDER, `tab-${process.pid}-${++written}.json`), JSON.stringify({ result }));
    }
  };
}
