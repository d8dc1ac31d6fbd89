/**
 * Encoded pictures to pixels, by the browser's own decoders. Worker side.
 */

// Fixed, so that the same file gives the same pixels whatever the screen's profile is.
/** @type {ImageBitmapOptions} */
const AS_STORED = { colorSpaceConversion: "none", premultiplyAlpha: "premultiply", imageOrientation: "from-image" };

const THUMBNAIL = 96;

/**
 * The picture at `size` x `size`, or null where this browser cannot decode it. The aspect ratio is not kept, as
 * in Keras's directory loader. It is made small where it is decoded, on the browser's threads and not on this one.
 *
 * @param {Blob} blob
 * @param {number} size
 * @returns {Promise<ImageBitmap | null>}
 */
export async function decode(blob, size) {
  try {
    return await createImageBitmap(blob, { ...AS_STORED, resizeWidth: size, resizeHeight: size, resizeQuality: "medium" });
  } catch {
    return null; // the caller falls back to the built-in decoders, which know the reason
  }
}

/** Draws pictures to one square canvas and reads their pixels: bitmaps have no other door. */
export class Rasterizer {
  #size;
  #context;

  /** @param {number} size pixels per side */
  constructor(size) {
    this.#size = size;
    // The pixels are read back every time: without this hint each picture would travel to the GPU and back.
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
    // Transparent pictures lie over black, because the built-in decoders lay them over black too:
    // the same file must not look different to the network because another decoder read it.
    this.#context.fillStyle = "black";
    this.#context.fillRect(0, 0, this.#size, this.#size);
    this.#context.drawImage(bitmap, 0, 0, this.#size, this.#size); // a browser without resizing hands out the whole
    return this.#context.getImageData(0, 0, this.#size, this.#size).data;
  }
}

/**
 * A small square from the middle of a picture that could be decoded, for the page.
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
