/** The one browser of a run: on the machine's GPU; where there is none, on a GPU in software, and the adapter says so. */

import { launch, SOFTWARE_GPU } from "../tests/page/chromium.mjs";

/** Headless, Chromium finds a GPU on Linux through Vulkan only, and without a surface to draw on. */
const VULKAN = ["--use-angle=vulkan", "--enable-features=Vulkan", "--disable-vulkan-surface"];
const HARDWARE_GPU = ["--enable-unsafe-webgpu", "--ignore-gpu-blocklist", ...(process.platform === "linux" ? VULKAN : [])];

/** @param {string} url of the bench's server */
export async function openBrowser(url) {
  for (const flags of [HARDWARE_GPU, SOFTWARE_GPU]) {
    const browser = await launch(flags);
    const adapter = await adapterOf(browser, url);
    if ((adapter && !adapter.fallback) || flags === SOFTWARE_GPU) return { browser, adapter };
    await browser.close();
  }
}

/** @returns {Promise<{ name: string, fallback: boolean } | null>} */
async function adapterOf(browser, url) {
  const page = await browser.newPage();
  await page.goto(`${url}favicon.svg`); // WebGPU is there for pages of a server only
  const adapter = await page.evaluate(async () => {
    const { describe } = await import("/bench/adapter.js");
    const found = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    return found ? describe(found.info) : null;
  });
  await page.close();
  return adapter;
}

/** A tab with one contender's worker. */
export class Tab {
  /** A fresh context for each: nothing is warm, and nobody inherits another's memory. */
  static async open(browser, url, script) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}bench/contender.html?script=${script}`);
    return new Tab(context, page);
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
  }

  /** Asks the worker, and gives up after `ms`. */
  ask(command, settings, ms) {
    const answer = this.page.evaluate(([asked, with_]) => globalThis.ask(asked, with_), [command, settings]);
    return within(ms, answer);
  }

  close() {
    return this.context.close();
  }
}

function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`given up after ${Math.round(ms / 1000)} s`)), ms);
  });
  work.catch(() => {}); // when given up, it fails later, on a tab that is closed
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
