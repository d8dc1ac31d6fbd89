/** Finds installed programs. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The first of these programs that is installed.
 *
 * @param {string} variable of the environment that may name another
 * @param {string[]} names on the PATH, or whole paths
 */
export function executable(variable, names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [process.env[variable] ?? "", ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  const found = candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return path !== "";
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`No ${names[0]} on the PATH; ./scripts/test.sh installs one.`);
  return found;
}
