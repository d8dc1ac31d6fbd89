/** The prediction for a picture file from the person's disk. */

import { decode, Rasterizer, thumbnail } from "../shared/decode.js";

/**
 * @import { Sequential } from "../../tabfit.js"
 * @import { PredictedPicture } from "../shared/protocol.js"
 */

/**
 * @param {Sequential} model
 * @param {number} size side of the network's pictures in pixels
 * @param {Rasterizer} rasterizer for pictures of that size
 * @param {File} file
 * @returns {Promise<PredictedPicture>}
 */
export async function predictFile(model, size, rasterizer, file) {
  const bitmap = await decode(file, size);
  try {
    const predictions = bitmap
      ? await model.predict(rasterizer.pixels(bitmap))
      : await model.predictEncoded(new Uint8Array(await file.arrayBuffer()));
    return { name: file.name, thumbnail: bitmap && (await thumbnail(file)), predictions, error: null };
  } catch (error) {
    return { name: file.name, thumbnail: null, predictions: [], error: error instanceof Error ? error.message : String(error) };
  } finally {
    bitmap?.close();
  }
}
