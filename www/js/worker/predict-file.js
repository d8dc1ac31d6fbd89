/**
 * What a network says about a file from the person's disk. Worker side.
 */

import { decode, Rasterizer, thumbnail } from "../shared/decode.js";

/**
 * @import { Sequential } from "../../tabfit.js"
 * @import { PredictedPicture } from "../shared/protocol.js"
 */

/**
 * @param {Sequential} model
 * @param {number} size of its pictures
 * @param {Rasterizer} rasterizer of that size
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
