/** Small pictures of a layer, side by side on one canvas, with the layer's name. */

import { say } from "../../language/say.js";
import { bitmapCanvas, byId, element, setWords } from "../../tools/dom.js";
import { digits } from "../../tools/format.js";

/** @import { Tiles } from "../../../../tabfit.js" */

/** The least height and width of a tile on the canvas, and the width of a row of units, in pixels. */
const [TILE, UNITS] = [44, 512];
const ACROSS = 16;

/**
 * Shows rows in a list, after the picture that they were made of.
 *
 * @param {string} id of the list; its title has the same with "-title"
 * @param {readonly HTMLElement[]} rows
 * @param {{ bitmap: ImageBitmap, name: string } | null} [picture]
 */
export function showTiles(id, rows, picture = null) {
  const list = byId(id, HTMLElement);
  const first = picture ? [labelled(picture.name, bitmapCanvas(picture.bitmap, picture.name))] : [];
  list.replaceChildren(...first, ...rows);
  list.hidden = byId(`${id}-title`, HTMLElement).hidden = rows.length === 0;
}

/** @param {Tiles} tiles */
export function tilesRow(tiles) {
  const { layer, rows, columns, count, of, low, high } = tiles;
  const shown = count < of ? say("{count} of {of}", { count, of }) : String(count);
  const size = rows === 1 ? say("{columns} values", { columns }) : say("{shown} of {rows} × {columns}", { shown, rows, columns });
  const about = say("{size}, from {low} to {high}", { size, low: digits(low), high: digits(high) });
  return labelled(layer, canvasOf(tiles, say("{layer}: {about}", { layer, about })), about);
}

/**
 * @param {string} name
 * @param {HTMLCanvasElement} canvas
 * @param {string} [about]
 */
export function labelled(name, canvas, about = "") {
  const item = document.createElement("li");
  item.append(element("span", name, "inside-name"), canvas, element("span", about, "hint"));
  return item;
}

/** @param {Tiles} tiles @param {string} label */
function canvasOf({ rows, columns, values, count, pixels }, label) {
  const row = rows === 1 && count === 1;
  const zoom = Math.max(1, row ? Math.floor(UNITS / columns) : Math.ceil(TILE / Math.max(rows, columns)));
  const [width, height] = [columns * zoom, row ? 14 : rows * zoom];
  const across = Math.min(count, ACROSS);
  const canvas = document.createElement("canvas");
  canvas.width = across * (width + 2) - 2;
  canvas.height = Math.ceil(count / across) * (height + 2) - 2;
  canvas.setAttribute("role", "img");
  setWords(canvas, "aria-label", label);
  const context = canvas.getContext("2d");
  const one = new OffscreenCanvas(columns, rows);
  const small = one.getContext("2d");
  if (!context || !small) return canvas;
  context.imageSmoothingEnabled = false;
  const length = rows * columns;
  for (let tile = 0; tile < count; tile++) {
    const image = small.createImageData(columns, rows);
    for (let place = 0; place < length; place++) {
      const from = (tile * length + place) * values;
      for (let color = 0; color < 3; color++) image.data[4 * place + color] = pixels[from + (values === 3 ? color : 0)] ?? 0;
      image.data[4 * place + 3] = 255;
    }
    small.putImageData(image, 0, 0);
    context.drawImage(one, (tile % across) * (width + 2), Math.floor(tile / across) * (height + 2), width, height);
  }
  return canvas;
}
