/** Writes what every contender starts from: random weights made by tabfit, and pictures of noise. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { png } from "../tests/page/png.mjs";
import { BATCHES, CONTENDERS } from "./contenders.mjs";
import { CLASSES } from "./inputs.js";

const MINUTE = 60_000;

/**
 * @param {string} folder
 * @param {import("./host.mjs").Host} host
 * @param {import("./contenders.mjs").Case[]} cases
 * @returns {Promise<import("./contenders.mjs").Case[]>} the same with the layers of their networks
 */
export async function writeInputs(folder, host, cases) {
  const written = [];
  for (const one of cases) {
    const { name, imageSize, batchSize, network } = one;
    const realm = await host.open("tabfit.js");
    const formats = network ? ["safetensors", "keras-file"] : ["safetensors"];
    const { layers, files: [weights, keras] } = await realm.ask("makeNetwork", { imageSize, network, formats }, MINUTE);
    writeFileSync(join(folder, `weights-${imageSize}.safetensors`), weights, "base64");
    if (keras) writeFileSync(join(folder, "network.keras"), keras, "base64");
    await realm.close();
    const pixels = noise(BATCHES * batchSize * imageSize * imageSize * 3);
    writeFileSync(join(folder, `pictures-${imageSize}.rgb`), pixels);
    if (CONTENDERS.some(({ only }) => only === name)) writeFolder(join(folder, `folder-${imageSize}`), pixels, imageSize);
    written.push({ ...one, layers });
  }
  return written;
}

/** The same pictures as files, in a folder for each class, for the page. */
function writeFolder(folder, pixels, side) {
  for (const name of CLASSES) mkdirSync(join(folder, name), { recursive: true });
  for (let at = 0, i = 0; at < pixels.length; at += side * side * 3, i++) {
    const file = join(folder, CLASSES[i % CLASSES.length], `${String(i).padStart(5, "0")}.png`);
    writeFileSync(file, png({ width: side, height: side, channels: 3, value: (x, y, channel) => pixels[at + (y * side + x) * 3 + channel] }));
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
