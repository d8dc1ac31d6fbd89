/** Compares reading a folder of pictures with `createImageBitmap` alone, on the same files in the same browser. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../tests/page/chromium.mjs";
import { serve } from "../tests/page/server.mjs";
import { Browser } from "./browser.mjs";
import { median } from "./statistics.mjs";

const MINUTES = 60_000;
const ROUNDS = 3;
const AT_ONCE = [1, 4, 16];
/** What data care may add, as a share of reading without it. */
const MOST = 0.25;

const { images, side, size } = parseArgs({
  options: {
    images: { type: "string", default: "1000" },
    side: { type: "string", default: "512" },
    size: { type: "string", default: "128" },
  },
}).values;
const server = await serve({ "/": join(ROOT, "dist"), "/bench/": fileURLToPath(new URL(".", import.meta.url)) });
const browser = await Browser.open(server.url);
try {
  const tab = await browser.open("reading.js");
  await tab.ask("open", { images: Number(images), side: Number(side) }, 10 * MINUTES);
  const alone = new Map(AT_ONCE.map((atOnce) => [atOnce, []]));
  const [folder, measured, plain, checksums] = [[], [], [], []];
  let bytes;
  for (let round = 0; round < ROUNDS; round++) {
    for (const atOnce of AT_ONCE) alone.get(atOnce).push(await tab.ask("alone", { atOnce }, 10 * MINUTES));
    const { ms, bytes: each, read, followed } = await tab.ask("folder", { imageSize: Number(size) }, 10 * MINUTES);
    if (read !== Number(images)) throw new Error(`${read} of ${images} pictures were read`);
    folder.push(ms);
    measured.push(followed);
    plain.push(await tab.ask("predicted", { imageSize: Number(size) }, 10 * MINUTES));
    checksums.push(await tab.ask("inspected", { imageSize: Number(size) }, 10 * MINUTES));
    bytes = each;
  }
  const seconds = (times) => (median(times) / 1000).toFixed(2);
  console.log(`${images} JPEGs of ${side} x ${side}, ${Math.round(bytes / 1024)} KB each, medians of ${ROUNDS} rounds`);
  for (const [atOnce, times] of alone) console.log(`createImageBitmap alone, ${atOnce} at once: ${seconds(times)} s`);
  const best = Math.min(...[...alone.values()].map(median));
  console.log(`Dataset.fromFolder to ${size} x ${size}: ${seconds(folder)} s, ${(median(folder) / best).toFixed(2)} of the fastest of these`);
  const [looks, checksum] = [Math.max(0, median(measured) - median(plain)), median(checksums)];
  const care = looks + checksum;
  const share = (care * Number(images)) / (median(folder) - care * Number(images));
  console.log(`Of that, ${looks.toFixed(2)} ms a picture measure its pixels for data care, and ${checksum.toFixed(2)} ms its bytes, ${(100 * share).toFixed(1)} % on top of reading without both (${100 * MOST} % at most)`);
  if (share > MOST) process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}
