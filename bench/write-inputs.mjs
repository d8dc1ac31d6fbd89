/** Writes what every contender starts from: random weights made by tabfit, and pictures of noise. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BATCHES } from "./contenders.mjs";

const MINUTE = 60_000;

/**
 * @param {string} folder
 * @param {import("./host.mjs").Host} host
 * @param {import("./contenders.mjs").Case[]} cases
 */
export async function writeInputs(folder, host, cases) {
  for (const { imageSize, batchSize } of cases) {
    const realm = await host.open("tabfit.js");
    const weights = await realm.ask("makeWeights", { imageSize }, MINUTE);
    await realm.close();
    writeFileSync(join(folder, `weights-${imageSize}.safetensors`), Buffer.from(weights, "base64"));
    writeFileSync(join(folder, `pictures-${imageSize}.rgb`), noise(BATCHES * batchSize * imageSize * imageSize * 3));
  }
}

/** Noise is good enough, because the speed of a step does not depend on the pictures. */
function noise(bytes) {
  const pixels = new Uint8Array(bytes);
  let state = 1;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    pixels[i] = state >>> 24;
  }
  return pixels;
}
