/** What augmentation makes of a picture, shown before the run: sixteen copies, as the first sixteen epochs see them. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { report } from "../state/state.js";
import { byId, setText } from "../tools/dom.js";
import { augmentConfig } from "./form/augmentation.js";
import { number } from "./form/inputs.js";

const canvas = byId("augment-copies", HTMLCanvasElement);
const ACROSS = 4;

/** Each call shows a picture far from the last one, because neighbours are of one class. */
const STRIDE = 7919;
let picture = 0;

export async function showCopies() {
  showError("");
  try {
    const asked = { augment: augmentConfig(), seed: number("seed"), copies: ACROSS * ACROSS };
    const { size, pixels } = await client.send({ type: "augmented-copies", picture, ...asked });
    picture += STRIDE;
    canvas.width = canvas.height = ACROSS * size;
    const context = canvas.getContext("2d");
    const length = size * size * 4;
    for (let copy = 0; copy < ACROSS * ACROSS; copy++) {
      const changed = new ImageData(pixels.slice(copy * length, (copy + 1) * length), size);
      context?.putImageData(changed, (copy % ACROSS) * size, Math.floor(copy / ACROSS) * size);
    }
    canvas.hidden = false;
    setText(byId("augment-caption", HTMLElement), say("One picture, as sixteen epochs with this seed see it."));
  } catch (error) {
    report(error);
  }
}
