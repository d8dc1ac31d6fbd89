/** A Grad-CAM over a picture: dark red to yellow, and clear where it is zero. */

/** @import { Heat } from "./places.js" */

/** From low to high: what a person with any colour vision tells apart, on grey pictures as on coloured ones. */
const COLOURS = [[87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];

/** @param {number} value from 0 to 1 @returns {[number, number, number]} */
function colourOf(value) {
  const at = Math.min(Math.max(value, 0), 1) * (COLOURS.length - 1);
  const [low = [], high = []] = [COLOURS[Math.floor(at)], COLOURS[Math.ceil(at)]];
  const mixed = [0, 1, 2].map((i) => (low[i] ?? 0) + ((high[i] ?? 0) - (low[i] ?? 0)) * (at % 1));
  return /** @type {[number, number, number]} */ (mixed);
}

/**
 * Draws the map on a canvas that lies over the picture, smoothly: its cells are far larger than the pixels.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Heat | null} heat null clears it
 * @param {number} side of the canvas in pixels
 */
export function drawHeat(canvas, heat, side) {
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context || !heat) return;
  const { rows, columns, values } = heat;
  const small = new OffscreenCanvas(columns, rows);
  const image = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const value = values[i] ?? 0;
    image.data.set([...colourOf(value), Math.round(255 * value)], 4 * i);
  }
  small.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, side, side);
}
