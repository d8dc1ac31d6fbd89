/** The versions of tabfit and of the libraries beside it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./hosts.mjs";

const MODULES = fileURLToPath(new URL("node_modules/", import.meta.url));

/** @param {import("./contenders.mjs").ContenderLine[]} contenders @returns {Record<string, string>} */
export function versions(contenders) {
  const names = [...new Set(contenders.flatMap((line) => line.package ?? []))];
  const found = names.map((name) => [name, JSON.parse(readFileSync(join(MODULES, name, "package.json"), "utf8")).version]);
  return { tabfit: readFileSync(join(ROOT, "Cargo.toml"), "utf8").match(/^version = "(.+)"/m)[1], ...Object.fromEntries(found) };
}
