/** Pictures to try the page with: circles, squares and triangles. They are drawn here, the same every time. */

import { say } from "../language/say.js";

/** @import { FolderEntry } from "../../shared/protocol.js" */

const SIDE = 96;
const SEED = 7;
/** @type {readonly [string, number][]} */
const PARTS = [["Training", 120], ["Testing", 30]];

/** @type {Record<string, (path: Path2D, r: number) => void>} */
const SHAPES = {
  circle: (path, r) => path.arc(0, 0, r, 0, 2 * Math.PI),
  square: (path, r) => path.rect(-0.85 * r, -0.85 * r, 1.7 * r, 1.7 * r),
  triangle: (path, r) => {
    for (const turn of [0, 1, 2]) {
      const angle = (turn / 3) * 2 * Math.PI - Math.PI / 2;
      path.lineTo(1.15 * r * Math.cos(angle), 1.15 * r * Math.sin(angle));
    }
    path.closePath();
  },
};

/** @returns {Promise<FolderEntry[]>} */
export async function sampleEntries() {
  const random = mulberry32(SEED);
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  /** @type {Promise<FolderEntry>[]} */
  const entries = [];
  for (const [part, pictures] of PARTS) {
    for (const [shape, trace] of Object.entries(SHAPES)) {
      for (let i = 1; i <= pictures; i++) {
        draw(canvas, trace, random);
        const name = `${String(i).padStart(3, "0")}.png`;
        entries.push(encoded(canvas, `shapes/${part}/${shape}/${name}`, name));
      }
    }
  }
  return (await Promise.all(entries)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * A file of what the canvas shows at the call. It is encoded while the next picture is drawn.
 *
 * @param {OffscreenCanvas} canvas
 * @param {string} path
 * @param {string} name
 * @returns {Promise<FolderEntry>}
 */
async function encoded(canvas, path, name) {
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return { path, file: new File([blob], name, { type: blob.type }) };
}

/**
 * Draws a shape with random position, size, rotation and colours. The colours do not depend on the class, so the
 * network must learn the outline.
 *
 * @param {OffscreenCanvas} canvas
 * @param {(path: Path2D, radius: number) => void} trace
 * @param {() => number} random
 */
function draw(canvas, trace, random) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error(say("This browser cannot draw the sample pictures."));
  /** @type {(low: number, high: number) => number} */
  const between = (low, high) => low + (high - low) * random();

  const ground = `hsl(${between(0, 360)} ${between(15, 45)}% ${between(82, 95)}%)`;
  const ink = `hsl(${between(0, 360)} ${between(45, 90)}% ${between(20, 45)}%)`;
  const radius = between(0.22, 0.36) * SIDE;

  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = ground;
  context.fillRect(0, 0, SIDE, SIDE);
  context.translate(between(1.15 * radius, SIDE - 1.15 * radius), between(1.15 * radius, SIDE - 1.15 * radius));
  context.rotate(between(-0.25, 0.25));
  const path = new Path2D();
  trace(path, radius);
  context.fillStyle = ink;
  context.fill(path);
}

/**
 * A small random number generator, because `Math.random` takes no seed.
 *
 * @param {number} state
 * @returns {() => number} from 0 to below 1
 */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
