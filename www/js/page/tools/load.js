/** Loads a file of the page when it is first needed. */

import { TrainerError } from "../../shared/errors.js";
import { say } from "../language/say.js";

/**
 * @template T
 * @param {() => Promise<T>} load an `import()`
 * @returns {Promise<T>} rejects with a sentence if the file does not come: the page's server may not be reached any more
 */
export async function loadLate(load) {
  try {
    return await load();
  } catch {
    throw new TrainerError("LoadError", say("A part of this page that is loaded when it is first needed did not come; try again when the page's server can be reached."));
  }
}
