/**
 * Times the page from its navigation to the first answer of the trainer worker and to the first finished step on the CPU, with a
 * local server: `./bench/run --start [--loads N] [--device webgpu] [--other DIST]`. Another build of the page takes turns with this one.
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../tests/page/chromium.mjs";
import { png } from "../tests/page/png.mjs";
import { serve } from "../tests/page/server.mjs";
import { Browser } from "./browser.mjs";
import { median, spread } from "./statistics.mjs";

const { loads, other, device } = parseArgs({
  options: { loads: { type: "string", default: "10" }, other: { type: "string" }, device: { type: "string", default: "cpu" } },
}).values;
/** Small pictures of two classes: reading them takes no time. */
const FILES = Array.from({ length: 16 }, () => [...png({ width: 32, height: 32, channels: 3 })]);
const BENCH = fileURLToPath(new URL(".", import.meta.url));
const builds = [["this build", join(ROOT, "dist")], ...(other ? [["the other build", other]] : [])];
const servers = await Promise.all(builds.map(([, dist]) => serve({ "/": dist, "/bench/": BENCH }, { cached: true })));
const browser = await Browser.open(servers[0].url);
const { adapter } = browser;
try {
  /** For each build and cache, a list of the times of each load. */
  const times = builds.map(() => ({ empty: [], warm: [] }));
  for (let load = 0; load <= Number(loads); load++) {
    for (const [index, { url }] of servers.entries()) {
      const context = await browser.chromium.newContext(); // nothing is cached
      const page = await context.newPage();
      for (const cache of ["empty", "warm"]) {
        if (cache === "warm") await timed(page, url); // the browser keeps compiled wasm from the second visit on
        const one = await timed(page, url);
        if (load > 0) times[index][cache].push(one); // the first load also starts the browser, so it is not counted
      }
      await context.close();
    }
  }
  console.log(`${loads} loads, ${adapter ? `${adapter.name}${adapter.fallback ? ", in software" : ""}` : "no WebGPU"}`);
  const line = (list) => `${(median(list) / 1000).toFixed(2)} s (spread ${Math.round(100 * spread(list))} %)`;
  for (const [index, [name]] of builds.entries()) {
    for (const [cache, list] of Object.entries(times[index])) {
      const of = (key) => line(list.map((one) => one[key]));
      console.log(`${name}, ${cache} cache: a folder can be picked after ${of("folder")}, the trainer answers after ${of("answered")}, the first step on ${device === "cpu" ? "the CPU" : "WebGPU"} is finished after ${of("step")}`);
    }
  }
} finally {
  await browser.close();
  for (const server of servers) await server.close();
}

/** Opens the page and trains a step as soon as that is possible. Milliseconds since the navigation. */
async function timed(page, url) {
  await page.goto(url, { waitUntil: "commit" });
  return page.evaluate(async ({ device, files }) => {
    const until = async (condition) => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
      return performance.now();
    };
    const folder = await until(() => document.querySelector("#folder-input")?.disabled === false && document.body.dataset.state);
    const answered = until(() => document.querySelector("#preset option[value=bench]"));
    const { client } = await import("/js/page/client/trainer-client.js");
    const entries = files.map((bytes, index) => {
      const name = `${index}.png`;
      return { path: `set/${index % 2 ? "a" : "b"}/${name}`, file: new File([Uint8Array.from(bytes)], name) };
    });
    const threads = navigator.hardwareConcurrency;
    await client.send({ type: "entries", entries, first: true }).catch(() => {}); // an older build takes them with the next command
    await client.send({ type: "load", entries, imageSize: 32, run: null, threads: device === "cpu" ? threads : null });
    const { onEvent } = client;
    const step = new Promise((resolve) => {
      client.onEvent = (event) => (event.type === "batch" ? resolve(performance.now()) : onEvent(event));
    });
    const run = { model: { preset: "small" }, device, threads, compile: { optimizer: "adam" }, fit: { epochs: 1, batchSize: 8, validationSplit: 0 } };
    await client.send({ type: "fit", config: run });
    return { folder, answered: await answered, step: await step };
  }, { device, files: FILES });
}
