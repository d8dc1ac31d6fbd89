/** Writes what every contender starts from: tabfit draws the weights, the pictures are noise. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Tab } from "./browser.mjs";
import { BATCHES, CASES } from "./contenders.mjs";

const MINUTE = 60_000;

export async function writeInputs(folder, browser, url) {
  for (const { imageSize, batchSize } of CASES) {
    const tab = await Tab.open(browser, url, "tabfit.js");
    const weights = await tab.ask("makeWeights", { imageSize }, MINUTE);
    await tab.close();
    writeFileSync(join(folder, `weights-${imageSize}.safetensors`), Buffer.from(weights, "base64"));
    writeFileSync(join(folder, `pictures-${imageSize}.rgb`), noise(BATCHES * batchSize * imageSize * imageSize * 3));
  }
}

/** How fast a step is does not depend on what it sees. */
function noise(bytes) {
  const pixels = new Uint8Array(bytes);
  let state = 1;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    pixels[i] = state >>> 24;
  }
  return pixels;
}
