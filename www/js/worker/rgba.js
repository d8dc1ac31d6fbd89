/** Pixels as the page draws them. */

/**
 * @param {Uint8Array} rgb
 * @param {Uint8ClampedArray} rgba opaque afterwards; room for as many pixels, or more
 */
export function withAlpha(rgb, rgba) {
  for (let from = 0, to = 0; from < rgb.length; to += 4) {
    for (let channel = 0; channel < 3; channel++) rgba[to + channel] = rgb[from++] ?? 0;
    rgba[to + 3] = 255;
  }
}

/** @param {Uint8Array} rgb @param {number} width */
export function imageOf(rgb, width) {
  const image = new ImageData(width, rgb.length / 3 / width);
  withAlpha(rgb, image.data);
  return image;
}
