/** Parts of the page that few people need, and that are therefore loaded when they are first used. */

import { TrainerError } from "../../shared/errors.js";
import { say } from "../language/say.js";

/**
 * @template T
 * @param {() => Promise<T>} load imports the part
 * @returns {Promise<T>} rejects with a sentence for the person
 */
export async function late(load) {
  try {
    return await load();
  } catch {
    const sentence = say("A part of this page could not be loaded from its server, so nothing was done. Check the network and try again.");
    throw new TrainerError("LoadError", sentence);
  }
}
