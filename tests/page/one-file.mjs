/** Makes the page in one file for the tests of a file, in a folder of its own. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { ROOT } from "./chromium.mjs";

const made = mkdtempSync(join(tmpdir(), "tabfit-one-file-"));
after(() => rmSync(made, { recursive: true }));
execFileSync(join(ROOT, "scripts/one-file.sh"), [made]);

/** The path of tabfit.html or tabfit-pretrained.html. @param {string} name */
export const pathOf = (name) => join(made, name);

/** What a browser shows in its bar after a double click. @param {string} name */
export const addressOf = (name) => pathToFileURL(pathOf(name)).href;
