/** What a single step did: its pictures, its loss, and what it did in each layer. Loaded when the first one is asked for. */

import { say } from "../../language/say.js";
import { page } from "../../state/state.js";
import { byId, element, row, setText } from "../../tools/dom.js";
import { digits, many, short } from "../../tools/format.js";
import { share } from "../progress/changes.js";

/**
 * @import { FitEvent, StepLook } from "../../../../tabfit.js"
 */

const section = byId("step-look", HTMLElement);
const table = byId("step-look-layers", HTMLTableElement);

/** @param {Extract<FitEvent, { type: "step" }>} event */
export function showStep({ look, pixels }) {
  section.hidden = false;
  setText(byId("step-look-title", HTMLElement), say("What step {step} of epoch {epoch} did", { step: look.step, epoch: look.epoch }));
  setText(byId("step-look-text", HTMLElement), say(
    "Its {pictures} had a loss of {loss} before it; the learning rate was {rate}.",
    { pictures: many(look.pictures.length, "picture"), loss: short(look.loss), rate: share(look.learningRate) },
  ));
  byId("step-look-pictures", HTMLElement).replaceChildren(...pictures(look, pixels));
  table.tBodies[0]?.replaceChildren(...look.layers.map(({ name, weights, gradient, update }) => row([
    name, digits(weights.norm), gradient ? digits(gradient.norm) : say("frozen"), update === null ? "–" : digits(update),
    update === null || weights.norm === 0 ? "–" : digits(update / weights.norm),
  ])));
}

/** @param {StepLook} look @param {Uint8Array<ArrayBuffer>} pixels */
function pictures({ pictures }, pixels) {
  const size = page.data?.imageSize ?? 0;
  const length = size * size * 4;
  const shown = length > 0 ? pixels.length / length : 0;
  const classes = page.data?.classNames ?? [];
  const items = pictures.slice(0, shown).map(({ label }, i) => {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const values = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset + i * length, length);
    canvas.getContext("2d")?.putImageData(new ImageData(values, size), 0, 0);
    canvas.setAttribute("aria-hidden", "true");
    item.append(canvas, element("span", classes[label] ?? ""));
    return item;
  });
  const more = pictures.length - shown;
  if (more > 0) items.push(/** @type {HTMLLIElement} */ (element("li", say("and {more} more", { more }))));
  return items;
}
