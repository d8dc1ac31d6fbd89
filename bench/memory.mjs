/** The memory of a tab that reads 10,000 pictures and trains on them: ./bench/run --memory [--device webgpu]. Linux. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../tests/page/chromium.mjs";
import { serve } from "../tests/page/server.mjs";
import { Browser } from "./browser.mjs";

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
const browser = await Browser.open(server.url);
try {
  const others = new Set(renderers());
  const tab = await browser.open("memory.js");
  const own = () => Math.max(...renderers().filter((pid) => !others.has(pid)).map(peak));
  const say = (what, wasmBytes) =>
    console.log(`${what}: ${own()} MB at most in the tab, ${Math.round(wasmBytes / 1e6)} MB of it the wasm's memory`);
  await tab.ask("open", {}, MINUTES);
  say(`${images} pictures of ${side} x ${side} read`, await tab.ask("read", { images: Number(images), side: Number(side) }, 10 * MINUTES));
  const { losses, wasmBytes } = await tab.ask("train", { device, steps: Number(steps) }, 10 * MINUTES);
  if (!losses.every((loss) => loss > 0)) throw new Error(`nothing was learned: losses ${losses}`);
  say(`trained on ${device}`, wasmBytes);
  process.exitCode = own() <= MOST_MB ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
}

/** The renderer processes of the browser that this program started, which also run the workers. */
function renderers() {
  const running = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return running.filter((pid) => text(pid, "cmdline").includes("--type=renderer") && isOurs(pid));
}

function isOurs(pid) {
  const parent = text(pid, "status").match(/^PPid:\s+(\d+)/m)?.[1];
  return parent === String(process.pid) || (parent !== undefined && parent !== "0" && isOurs(parent));
}

/** The peak memory of a process in megabytes, including the program of the browser itself. */
function peak(pid) {
  return Math.round((Number(text(pid, "status").match(/^VmHWM:\s+(\d+)/m)?.[1] ?? 0) * 1024) / 1e6);
}

function text(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // the process has ended
  }
}
