/**
 * The memory of a tab that reads 10,000 pictures and trains on them, and of the page after 30 fits and after a third folder:
 * ./bench/run --memory [--device webgpu]. Linux.
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../tests/page/chromium.mjs";
import { largest, processesOf } from "../tests/page/process-memory.mjs";
import { serve } from "../tests/page/server.mjs";
import { Browser } from "./browser.mjs";
import { COLLECTS, measurePage } from "./memory-page.mjs";

const MINUTES = 60_000;
/** The most that a tab may need, in megabytes. */
const MOST_MB = 1500;

const { device, images, side, steps } = parseArgs({
  options: {
    device: { type: "string", default: "cpu" },
    images: { type: "string", default: "10000" },
    side: { type: "string", default: "128" },
    steps: { type: "string", default: "5" },
  },
}).values;
const server = await serve({ "/": join(ROOT, "dist"), "/bench/": fileURLToPath(new URL(".", import.meta.url)) });
const browser = await Browser.open(server.url, [COLLECTS]);
try {
  const others = new Set(processesOf());
  const tab = await browser.open("memory.js");
  const own = () => largest(processesOf().filter((pid) => !others.has(pid)), "VmHWM");
  const say = (what, wasmBytes) =>
    console.log(`${what}: ${own()} MB at most in the tab, ${Math.round(wasmBytes / 1e6)} MB of it the wasm's memory`);
  await tab.ask("open", {}, MINUTES);
  say(`${images} pictures of ${side} x ${side} read`, await tab.ask("read", { images: Number(images), side: Number(side) }, 10 * MINUTES));
  const { losses, wasmBytes } = await tab.ask("train", { device, steps: Number(steps) }, 10 * MINUTES);
  if (!losses.every((loss) => loss > 0)) throw new Error(`nothing was learned: losses ${losses}`);
  say(`trained on ${device}`, wasmBytes);
  const enough = own() <= MOST_MB;
  await tab.close();
  const before = new Set(processesOf());
  const same = await measurePage(browser, () => largest(processesOf().filter((pid) => !before.has(pid))));
  process.exitCode = enough && same ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
}
