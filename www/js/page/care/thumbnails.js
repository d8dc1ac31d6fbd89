/** Draws pictures as the network sees them, those that are in view: the trainer worker is asked for many at once. */

import { client } from "../client/trainer-client.js";
import { isBusy } from "../state/state.js";

/** The most pictures of one question, so that a long list does not stop the worker. */
const AT_ONCE = 48;
/** What comes into view within this time is asked for together. */
const WAIT_MS = 40;
/** After this time a question is asked again that came while the worker was busy. */
const AGAIN_MS = 1500;

/** The canvases that are in view and not drawn yet, by the picture. @type {Map<HTMLCanvasElement, number>} */
const waiting = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let asking = false;

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!(target instanceof HTMLCanvasElement)) continue;
    if (isIntersecting) waiting.set(target, Number(target.dataset["picture"]));
    else waiting.delete(target);
  }
  if (waiting.size > 0) drawSoon(WAIT_MS);
}, { rootMargin: "300px" });

/**
 * A canvas that shows a picture once it comes into view. What it shows is said beside it.
 *
 * @param {number} id
 */
export function thumbnail(id) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  canvas.dataset["picture"] = String(id);
  canvas.setAttribute("aria-hidden", "true");
  seen.observe(canvas);
  return canvas;
}

/** @param {number} wait */
function drawSoon(wait) {
  clearTimeout(timer);
  timer = setTimeout(draw, wait);
}

async function draw() {
  const next = [...waiting].slice(0, AT_ONCE).filter(([canvas]) => canvas.isConnected || !waiting.delete(canvas));
  if (next.length === 0 || asking) return;
  if (isBusy()) return drawSoon(AGAIN_MS);
  asking = true;
  try {
    const ids = [...new Set(next.map(([, id]) => id))];
    const { size, pixels } = await client.send({ type: "pixels", pictures: ids });
    const length = size * size * 4;
    for (const [canvas, id] of next) {
      const at = ids.indexOf(id) * length;
      canvas.width = canvas.height = size;
      canvas.getContext("2d")?.putImageData(new ImageData(pixels.slice(at, at + length), size), 0, 0);
      waiting.delete(canvas);
      seen.unobserve(canvas);
    }
    if (waiting.size > 0) drawSoon(0);
  } catch {
    drawSoon(AGAIN_MS); // something else was to be done
  } finally {
    asking = false;
  }
}
