/** Encoded pictures to pixels, with the browser's own decoders. The wasm imports this file too. */

/** Whether this browser gives back the pixels that were drawn; undefined until it is tried. @type {boolean | undefined} */
let keepsPixels;

/** Fixed, so that the same file gives the same pixels on every screen. @type {ImageBitmapOptions} */
const AS_STORED = { colorSpaceConversion: "none", premultiplyAlpha: "premultiply", imageOrientation: "from-image" };

/** Side of a thumbnail in pixels. */
const THUMBNAIL = 96;

/**
 * The picture resized to `size` x `size`, or null if this browser cannot decode it. The aspect ratio is not kept, as
 * in Keras's `image_dataset_from_directory`. The browser resizes on its own threads, so that this one stays free.
 *
 * @param {Blob} blob
 * @param {number} size
 * @returns {Promise<ImageBitmap | null>}
 */
export async function decode(blob, size) {
  keepsPixels ??= triedPixels();
  if (!keepsPixels) return null;
  try {
    return await createImageBitmap(blob, { ...AS_STORED, resizeWidth: size, resizeHeight: size, resizeQuality: "medium" });
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

/** Resolves once the browser has done what waits, such as clicks. */
export const nextTask = () => new Promise((resolve) => setTimeout(resolve));

/**
 * Draws pixels and reads them back. Some browsers change what a page reads from a canvas, differently at each visit, so that
 * it cannot recognise the computer; the decoders in the wasm, which nobody changes, then read all pictures.
 */
function triedPixels() {
  const side = 64;
  const context = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true });
  if (!context) return false;
  const drawn = new ImageData(side, side);
  drawn.data.forEach((_, i) => (drawn.data[i] = i % 4 === 3 ? 255 : (i * 37) % 251));
  context.putImageData(drawn, 0, 0);
  return context.getImageData(0, 0, side, side).data.every((value, i) => value === drawn.data[i]);
}

/** Reads the pixels of bitmaps, by drawing them to a canvas: there is no other way to get at them. */
export class Rasterizer {
  #size;
  #context;

  /** @param {number} size pixels per side */
  constructor(size) {
    this.#size = size;
    // Without this hint the canvas lies on the GPU, and reading it back would be slow.
    const context = new OffscreenCanvas(size, size).getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser cannot draw in a worker; a current version can.");
    context.imageSmoothingQuality = "medium";
    this.#context = context;
  }

  /**
   * RGBA pixels, `size` x `size`.
   *
   * @param {ImageBitmap} bitmap
   */
  pixels(bitmap) {
    // The decoders in the wasm lay transparent pictures over black, so this does too: a file must give the network the
    // same pixels, whichever decoder read it.
    this.#context.fillStyle = "black";
    this.#context.fillRect(0, 0, this.#size, this.#size);
    this.#context.drawImage(bitmap, 0, 0, this.#size, this.#size); // resizes where the browser ignored the options of `decode`
    return this.#context.getImageData(0, 0, this.#size, this.#size).data;
  }
}

/**
 * A small square from the middle of a picture. The browser must be able to decode it.
 *
 * @param {Blob} blob
 */
export async function thumbnail(blob) {
  const bitmap = await createImageBitmap(blob, AS_STORED);
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
