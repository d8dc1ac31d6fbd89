/** Encoded pictures to pixels, with the browser's own decoders. The wasm imports this file too. */

/** Whether this browser gives back the pixels that were drawn; undefined until it is tried. @type {boolean | undefined} */
let keepsPixels;

/** Fixed, so that the same file gives the same pixels on every screen. @type {ImageBitmapOptions} */
const AS_STORED = { colorSpaceConversion: "none", premultiplyAlpha: "premultiply", imageOrientation: "from-image" };

const MEDIUM = /** @type {const} */ ("medium");

/** Side of a thumbnail in pixels. */
const THUMBNAIL = 96;

/** The most pixels that the program resizes by itself, as Keras does: browsers are faster, but each leaves out other pixels. */
const EXACT = 1_048_576;

/**
 * The picture as it is, or null if this browser cannot decode or draw it. A large one is made a square of some multiple of `size`: the
 * browser does that on its own threads, and what it leaves out is hardly seen after the rest of the way.
 *
 * @param {ImageBitmapSource} picture
 * @param {number} size the side to which the program resizes it
 * @param {number} pixels the number of its pixels, 0 if that is not known
 * @returns {Promise<ImageBitmap | null>}
 */
export async function decode(picture, size, pixels) {
  keepsPixels ??= keepsDrawnPixels();
  if (!keepsPixels) return null;
  try {
    const side = size * Math.floor(Math.sqrt(EXACT) / size);
    const small = pixels > 0 && pixels <= EXACT ? {} : { resizeWidth: side, resizeHeight: side, resizeQuality: MEDIUM };
    return await createImageBitmap(picture, { ...AS_STORED, ...small });
  } catch {
    return null; // the caller then tries the decoders in the wasm, which can say what is wrong
  }
}

/**
 * Closes a bitmap that nobody will use, once it is there.
 *
 * @param {Promise<ImageBitmap | null>} bitmap
 */
export function discard(bitmap) {
  void bitmap.then((made) => made?.close());
}

/** A canvas that lies on the processor: reading one on the GPU would be slow. Null where there is none. */
const readable = (/** @type {number} */ width, /** @type {number} */ height) =>
  globalThis.OffscreenCanvas ? new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true }) : null;

/**
 * Draws pixels and reads them back. Some browsers change what a page reads from a canvas, differently at each visit, so that
 * it cannot recognise the computer; the decoders in the wasm, which nobody changes, then read all pictures.
 */
export function keepsDrawnPixels() {
  const side = 64;
  const context = readable(side, side);
  if (!context) return false;
  const drawn = new ImageData(side, side);
  drawn.data.forEach((_, i) => (drawn.data[i] = i % 4 === 3 ? 255 : (i * 37) % 251));
  context.putImageData(drawn, 0, 0);
  return context.getImageData(0, 0, side, side).data.every((value, i) => value === drawn.data[i]);
}

/** Reads the pixels of bitmaps, by drawing them to a canvas: there is no other way to get at them. */
export class Rasterizer {
  /** Made for the first bitmap, because Node has neither bitmaps nor canvases. @type {OffscreenCanvasRenderingContext2D | null} */
  #context = null;

  /**
   * RGBA pixels, as many as the bitmap has.
   *
   * @param {ImageBitmap} bitmap
   */
  pixels(bitmap) {
    const { width, height } = bitmap;
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (this.#context ??= readable(width, height));
    const { canvas } = context;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    // The decoders in the wasm lay transparent pictures over black, so this does too: a file must give the network the
    // same pixels, whichever decoder read it.
    context.fillStyle = "black";
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, width, height).data;
  }
}

/**
 * A small square from the middle of a picture. The browser must be able to decode it.
 *
 * @param {Blob | ImageData} picture
 */
export async function thumbnail(picture) {
  const bitmap = await createImageBitmap(picture, AS_STORED);
  const side = Math.min(bitmap.width, bitmap.height);
  const left = Math.floor((bitmap.width - side) / 2);
  const top = Math.floor((bitmap.height - side) / 2);
  const small = await createImageBitmap(bitmap, left, top, side, side, {
    resizeWidth: THUMBNAIL,
    resizeHeight: THUMBNAIL,
    resizeQuality: "medium",
  });
  bitmap.close();
  return small;
}
