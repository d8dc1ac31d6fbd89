/**
 * What a network says about a file from the person's disk. Worker side.
 */

import { decode, Rasterizer, thumbnail } from "./decode.js";

/**
 * @import { Sequential } from "../tabfit.js"
 * @import { PredictedPicture } from "./protocol.js"
 */

/**
 * @param {Sequential} model
 * @param {Rasterizer} rasterizer
 * @param {File} file
 * @returns {Promise<PredictedPicture>}
 */
export async function predictFile(model, rasterizer, file) {
  const bitmap = await decode(file);
  try {
    const predictions = bitmap
      ? await model.predict(rasterizer.pixels(bitmap))
      : await model.predictEncoded(new Uint8Array(await file.arrayBuffer()));
    return { name: file.name, thumbnail: bitmap && (await thumbnail(bitmap)), predictions, error: null };
  } catch (error) {
    return { name: file.name, thumbnail: null, predictions: [], error: error instanceof Error ? error.message : String(error) };
  } finally {
    bitmap?.close();
  }
}
