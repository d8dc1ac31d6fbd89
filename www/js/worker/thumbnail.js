/** Small pictures of files that a person asks about. */

import { decodeClinic } from "../../parts.js";
import { thumbnail } from "../shared/decode.js";
import { imageOf } from "./rgba.js";

/** What a browser may decode, by its type. TIFF is one of clinic and laboratory, and DICOM has no type. */
const OF_BROWSERS = /^image\/(?!tiff)/;

/**
 * A small square from the middle of a picture; null for what only the decoders in the wasm read.
 *
 * @param {File} file
 */
export async function thumbnailOf(file) {
  try {
    return await thumbnail(OF_BROWSERS.test(file.type) ? file : await clinical(file));
  } catch {
    return null;
  }
}

/** @param {File} file */
async function clinical(file) {
  const { pixels, width } = await decodeClinic(new Uint8Array(await file.arrayBuffer()));
  return imageOf(pixels, width);
}
