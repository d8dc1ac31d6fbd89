/** Times the page from navigation to the first answer of the trainer worker, with a local server and an empty cache. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../tests/page/chromium.mjs";
import { serve } from "../tests/page/server.mjs";
import { Browser } from "./browser.mjs";
import { median, spread } from "./statistics.mjs";

const { loads } = parseArgs({ options: { loads: { type: "string", default: "10" } } }).values;
const server = await serve({ "/": join(ROOT, "dist"), "/bench/": fileURLToPath(new URL(".", import.meta.url)) });
const browser = await Browser.open(server.url);
const { adapter } = browser;
try {
  const shown = [];
  const ready = [];
  for (let load = 0; load <= Number(loads); load++) {
    const context = await browser.chromium.newContext(); // nothing is cached
    const page = await context.newPage();
    await page.goto(server.url, { waitUntil: "commit" });
    const times = await page.evaluate(async () => {
      const until = async (condition) => {
        while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
        return performance.now();
      };
      const folder = await until(() => document.querySelector("#folder-input")?.disabled === false && document.body.dataset.state);
      const answered = await until(() => document.querySelector("#preset option[value=bench]"));
      return { folder, answered };
    });
    await context.close();
    if (load === 0) continue; // the first load also starts the browser, so it is not counted
    shown.push(times.folder);
    ready.push(times.answered);
  }
  const line = (times) => `${(median(times) / 1000).toFixed(2)} s (spread ${Math.round(100 * spread(times))} %)`;
  console.log(`${loads} loads, ${adapter ? `${adapter.name}${adapter.fallback ? ", in software" : ""}` : "no WebGPU"}`);
  console.log(`a folder can be picked: ${line(shown)}`);
  console.log(`the trainer has answered: ${line(ready)}`);
} finally {
  await browser.close();
  await server.close();
}
