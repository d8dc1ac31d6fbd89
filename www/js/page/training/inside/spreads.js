/** How the weights and the gradients of each layer are spread, epoch after epoch: a column for each. */

import { say } from "../../language/say.js";
import { byId, element, setWords } from "../../tools/dom.js";
import { digits } from "../../tools/format.js";

/**
 * @import { Spread, StepLook } from "../../../../tabfit.js"
 * @typedef {{ epoch: number, spread: Spread }} Column
 */

/** The picture in pixels, and the widest column of it; of more epochs than this the last are shown. */
const [WIDTH, HEIGHT, WIDEST, MOST] = [240, 72, 24, 60];

const list = byId("inside-spreads", HTMLElement);

/** By layer: the epochs of its weights and of its gradients. @type {Map<string, { weights: Column[], gradient: Column[] }>} */
const layers = new Map();

/** Another run begins. */
export function clearSpreads() {
  layers.clear();
  draw();
}

/** @param {StepLook} look the last step of an epoch */
export function showSpreads({ epoch, layers: seen }) {
  for (const { name, weights, gradient } of seen) {
    const columns = layers.get(name) ?? { weights: [], gradient: [] };
    layers.set(name, columns);
    columns.weights.push({ epoch, spread: weights });
    if (gradient) columns.gradient.push({ epoch, spread: gradient });
  }
  draw();
}

function draw() {
  list.replaceChildren(...[...layers].map(([name, { weights, gradient }]) => {
    const item = document.createElement("li");
    item.append(element("span", name, "inside-name"), picture(say("weights"), name, weights));
    if (gradient.length > 0) item.append(picture(say("gradients"), name, gradient));
    return item;
  }));
  for (const part of ["", "-title", "-hint"]) byId(`inside-spreads${part}`, HTMLElement).hidden = layers.size === 0;
}

/**
 * @param {string} what
 * @param {string} layer
 * @param {readonly Column[]} all
 */
function picture(what, layer, all) {
  const columns = all.slice(-MOST);
  const low = Math.min(...columns.map(({ spread }) => spread.low));
  const high = Math.max(...columns.map(({ spread }) => spread.high));
  const about = say("{what} from {low} to {high}", { what, low: digits(low), high: digits(high) });
  const canvas = document.createElement("canvas");
  const width = Math.min(WIDEST, Math.floor(WIDTH / columns.length));
  canvas.width = columns.length * width;
  canvas.height = HEIGHT;
  canvas.setAttribute("role", "img");
  const last = columns.at(-1)?.spread.norm ?? 0;
  setWords(canvas, "aria-label", say("{layer}: {about} in {epochs} epochs; their norm is {norm} now", { layer, about, epochs: all.length, norm: digits(last) }));
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = getComputedStyle(list).getPropertyValue("--training");
    columns.forEach(({ spread }, at) => column(context, at * width, width, spread, low, high));
  }
  const figure = document.createElement("figure");
  figure.append(canvas, element("figcaption", about, "hint"));
  return figure;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} left
 * @param {number} width
 * @param {Spread} spread
 * @param {number} low
 * @param {number} high
 */
function column(context, left, width, { low: from, high: to, counts }, low, high) {
  const most = Math.max(1, ...counts);
  const [whole, part] = [high - low || 1, (to - from) / counts.length];
  counts.forEach((number, interval) => {
    if (number === 0) return;
    const top = HEIGHT * (1 - (from + (interval + 1) * part - low) / whole);
    context.globalAlpha = 0.12 + 0.88 * Math.sqrt(number / most);
    context.fillRect(left, top, width - 1, Math.max(1, (HEIGHT * part) / whole));
  });
}
