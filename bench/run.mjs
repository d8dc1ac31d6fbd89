/** One browser, one run: measures every contender on every case, prints a table, writes results/latest.json. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { launch, ROOT, SOFTWARE_GPU } from "../tests/page/chromium.mjs";
import { serve } from "../tests/page/server.mjs";
import { CASES, CONTENDERS } from "./contenders.mjs";
import { markdown } from "./markdown.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DIST = join(ROOT, "dist");
const HARDWARE_GPU = ["--enable-unsafe-webgpu", "--enable-features=Vulkan", "--ignore-gpu-blocklist"];
const SECONDS = 1000;

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
/** How long an epoch is, how many are timed, when a slow case ends early, and when it is given up. */
const EFFORT = quick
  ? { epochSeconds: 1.5, timedEpochs: 3, lastMs: 20 * SECONDS, patienceMs: 140 * SECONDS }
  : { epochSeconds: 4, timedEpochs: 5, lastMs: 180 * SECONDS, patienceMs: 900 * SECONDS };

const server = await serve({ "/": DIST, "/bench/": HERE });
const { browser, adapter } = await open();
try {
  const report = {
    date: new Date().toISOString(),
    machine: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    browser: `Chromium ${browser.version()}`,
    adapter,
    quick,
    wasm: wasmSize(),
    rows: await measureAll(),
  };
  mkdirSync(join(HERE, "results"), { recursive: true });
  writeFileSync(join(HERE, "results/latest.json"), `${JSON.stringify(report, null, 2)}\n`);
  console.log(markdown(report));
  process.exitCode = report.rows.some(({ error, skipped }) => error && !skipped) ? 1 : 0;
} finally {
  await browser.close();
  await server.close();
}

/** A browser on the machine's GPU; where there is none, on a GPU in software, and `adapter` says so. */
async function open() {
  for (const flags of [HARDWARE_GPU, SOFTWARE_GPU]) {
    const browser = await launch(flags);
    const adapter = await adapterOf(browser);
    if (adapter || flags === SOFTWARE_GPU) return { browser, adapter };
    await browser.close();
  }
}

/** @returns {Promise<{ name: string, fallback: boolean } | null>} */
async function adapterOf(browser) {
  const page = await browser.newPage();
  await page.goto(`${server.url}favicon.svg`); // WebGPU is there for pages of a server only
  const adapter = await page.evaluate(async () => {
    const found = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    if (!found) return null;
    const { description, device, vendor, architecture, isFallbackAdapter } = found.info;
    const name = description || device || [vendor, architecture].filter(Boolean).join(" ") || "an adapter without a name";
    const words = [name, vendor, architecture].join(" ");
    return { name, fallback: isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/i.test(words) };
  });
  await page.close();
  return adapter;
}

async function measureAll() {
  const rows = [];
  for (const contender of CONTENDERS) {
    for (const size of CASES) {
      console.error(`${contender.name} ${size.name} …`);
      rows.push({ contender: contender.name, case: size.name, ...(await row(contender, size)) });
    }
  }
  return rows;
}

async function row(contender, size) {
  const empty = { ms_per_step: null, spread: null, images_per_second: null, first_step_ms: null };
  const reason = reasonToSkip(contender, size);
  if (reason) return { ...empty, error: reason, skipped: true };
  try {
    const { device, firstStepMs, steps, msPerStep } = await measure(contender, size);
    const sorted = msPerStep.toSorted((a, b) => a - b);
    const middle = median(sorted);
    return {
      ms_per_step: round(middle),
      spread: round((sorted.at(-1) - sorted[0]) / middle),
      images_per_second: round((1000 * size.batchSize) / middle),
      first_step_ms: Math.round(firstStepMs),
      steps,
      epochs: sorted.length,
      device,
      error: null,
    };
  } catch (error) {
    return { ...empty, error: error.message.split("\n")[0] };
  }
}

function reasonToSkip({ device }, { imageSize }) {
  if (device !== "webgpu") return null;
  if (!adapter) return "no WebGPU adapter";
  if (quick && adapter.fallback && imageSize > 32) return "--quick: takes minutes on a GPU in software";
  return null;
}

/** A fresh tab for each case: nothing is warm, and no case inherits another's memory. */
async function measure({ page: name, device }, { imageSize, batchSize }) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const { epochSeconds, timedEpochs, lastMs, patienceMs } = EFFORT;
    const settings = new URLSearchParams({ device, imageSize, batchSize, epochSeconds, timedEpochs, lastMs });
    await page.goto(`${server.url}bench/${name}?${settings}`);
    return await within(patienceMs, page.evaluate(() => globalThis.result));
  } finally {
    await context.close();
  }
}

function within(ms, work) {
  const { promise: late, reject } = deferred();
  const timer = setTimeout(() => reject(new Error(`given up after ${ms / SECONDS} s`)), ms);
  work.catch(() => {}); // when given up, it fails later, on a tab that is closed
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function deferred() {
  const parts = {};
  parts.promise = new Promise((_, reject) => (parts.reject = reject));
  return parts;
}

function wasmSize() {
  const wasm = readFileSync(join(DIST, "tabfit_bg.wasm"));
  return { bytes: wasm.length, gzipped: gzipSync(wasm, { level: 9 }).length };
}

function median(sorted) {
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[Math.floor(half)];
}

function round(number) {
  return Number(number.toPrecision(4));
}
