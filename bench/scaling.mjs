/** Measures whether a picture takes as long among 10,000 as among 100, and in epoch 100 as in epoch 1. Writes
 * results/scaling.json and scaling.svg. */

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "../tests/page/chromium.mjs";
import { serve } from "../tests/page/server.mjs";
import { Browser } from "./browser.mjs";
import { chart } from "./chart.mjs";
import { median, rounded } from "./statistics.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const IMAGES = [100, 300, 1000, 3000, 10_000];
const EPOCHS = 100;
const IMAGES_OF_LONG_RUN = 300;
const MINUTES = 60_000;

const server = await serve({ "/": join(ROOT, "dist"), "/bench/": HERE });
const browser = await Browser.open(server.url);
const { adapter } = browser;
try {
  const rows = [];
  for (const device of adapter ? ["cpu", "webgpu"] : ["cpu"]) {
    const name = device === "cpu" ? "CPU" : `${adapter.name}${adapter.fallback ? ", in software" : ""}`;
    for (const images of IMAGES) {
      // The first epoch is a warm-up; the result is the median of the others.
      const [, ...epochs] = await trained(device, { images, epochs: 4 });
      const msPerImage = rounded(median(epochs.map((epoch) => epoch.msPerImage)));
      rows.push({ device, name, images, msPerImage, wasmBytes: epochs.at(-1).wasmBytes });
      console.log(`${name}: ${images} pictures, ${msPerImage} ms a picture`);
    }
    const epochs = await trained(device, { images: IMAGES_OF_LONG_RUN, epochs: EPOCHS });
    epochs.forEach(({ msPerImage, wasmBytes }, index) => {
      rows.push({ device, name, epoch: index + 1, msPerImage: rounded(msPerImage), wasmBytes });
    });
    for (const [from, to] of [[2, 11], [EPOCHS - 9, EPOCHS]]) {
      const some = epochs.slice(from - 1, to);
      const megabytes = (some.at(-1).wasmBytes / 2 ** 20).toFixed(1);
      const cost = rounded(median(some.map((epoch) => epoch.msPerImage)));
      console.log(`${name}: epochs ${from} to ${to}, ${cost} ms a picture, ${megabytes} MB of wasm memory`);
    }
  }
  const machine = `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores`;
  const report = { date: new Date().toISOString(), machine, browser: browser.name, adapter, rows };
  mkdirSync(join(HERE, "results"), { recursive: true });
  writeFileSync(join(HERE, "results/scaling.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(HERE, "scaling.svg"), chart(report));
} finally {
  await browser.close();
  await server.close();
}

/** In a new tab, because memory never shrinks: growth in an earlier run would hide growth in this one. */
async function trained(device, settings) {
  const tab = await browser.open("scaling.js");
  try {
    await tab.ask("open", { device }, MINUTES);
    return await tab.ask("train", settings, 10 * MINUTES);
  } finally {
    await tab.close();
  }
}
