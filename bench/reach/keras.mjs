/** Keras in a process of its own. */

import { fileURLToPath } from "node:url";
import { Python } from "../python.mjs";

const SCRIPT = fileURLToPath(new URL("keras_side.py", import.meta.url));

export class Keras extends Python {
  /** @param {string} inputs the folder that both sides read */
  constructor(inputs) {
    super("Keras", SCRIPT, [inputs]);
  }
}
