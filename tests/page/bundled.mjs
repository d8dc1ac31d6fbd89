/** What lies in the page's own file of scripts, so that a test can say what is loaded only later. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./chromium.mjs";

/** The modules in `js/main.js` whose paths match, in order. @param {RegExp} pattern */
export function atOnce(pattern) {
  const text = readFileSync(join(ROOT, "dist/js/main.js"), "utf8");
  return [...text.matchAll(/^\/\/ (js\/\S+\.js)$/gm)].map(([, path]) => path).filter((path) => pattern.test(path)).sort();
}

/** Whether a script of the page only gives back what a module in another file exports. @param {string} path */
export const standsIn = (path) => /^import \{ (\$\w+) \} from "[^"]+";\nexport const \{[^}]*\} = \1;\n$/.test(readFileSync(join(ROOT, "dist", path), "utf8"));
