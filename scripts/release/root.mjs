/** The checkout that a release is made of. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** @param {string} path in the checkout */
export const read = (path) => readFileSync(join(ROOT, path));

/**
 * What a program says. Where it fails, everything ends, and what it says of that stands above.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {string} folder that it runs in
 */
export function told(program, args, folder = ROOT) {
  try {
    return execFileSync(program, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
  } catch {
    console.error(`The release is not made, because ${program} ${args[0]} failed in ${folder}.`);
    process.exit(1);
  }
}

/** @returns {string} the version of the crate, which everything that is given out has */
export function version() {
  const { packages } = JSON.parse(told("cargo", ["metadata", "--no-deps", "--offline", "--format-version", "1"]));
  return packages.find((/** @type {{ name: string }} */ { name }) => name === "tabfit").version;
}
