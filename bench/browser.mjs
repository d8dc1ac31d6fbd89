/** Runs contenders in a browser: on the machine's GPU, or on a GPU in software if there is none, and the adapter says so. */

import { launch, SOFTWARE_GPU } from "../tests/page/chromium.mjs";
import { adapterOf } from "./host.mjs";
import { PageRealm } from "./page-realm.mjs";
import { within } from "./patience.mjs";

/** Headless Chromium on Linux finds a GPU only through Vulkan, and without a surface to draw on. */
const VULKAN = ["--use-angle=vulkan", "--enable-features=Vulkan", "--disable-vulkan-surface"];
const HARDWARE_GPU = ["--enable-unsafe-webgpu", "--ignore-gpu-blocklist", ...(process.platform === "linux" ? VULKAN : [])];

/** @implements {import("./host.mjs").Host} */
export class Browser {
  /**
   * @param {string} url of the bench's server
   * @param {string[]} [flags] further ones
   * @param {(flags: string[], url: string) => Promise<Browser>} [start]
   */
  static async open(url, flags = [], start = Browser.#start) {
    const found = await start([...HARDWARE_GPU, ...flags], url);
    if (found.adapter && !found.adapter.fallback) return found;
    await found.close();
    console.error(`${found.adapter ? `${found.adapter.name} is software` : "No GPU answers"}: starting Chromium again, with SwiftShader.`);
    return start([...SOFTWARE_GPU, ...flags], url);
  }

  static async #start(flags, url) {
    const browser = new Browser(await launch(flags), url);
    browser.adapter = await adapterOf(browser);
    return browser;
  }

  constructor(chromium, url) {
    this.chromium = chromium;
    this.url = url;
    this.adapter = null;
    this.name = `Chromium ${chromium.version()}`;
  }

  /** Each contender gets a new context, so that nothing is cached and no memory is shared. "page" is tabfit's own page. */
  async open(script) {
    if (script === "page") return PageRealm.open(this);
    const context = await this.chromium.newContext();
    const page = await context.newPage();
    await page.goto(`${this.url}bench/contender.html?script=${script}`);
    return new Tab(context, page);
  }

  close() {
    return this.chromium.close();
  }
}

/** A tab with one contender's worker. @implements {import("./host.mjs").Realm} */
class Tab {
  constructor(context, page) {
    this.context = context;
    this.page = page;
  }

  ask(command, settings, ms) {
    const answer = this.page.evaluate(([asked, with_]) => globalThis.ask(asked, with_), [command, settings]);
    return within(ms, answer);
  }

  close() {
    return this.context.close();
  }
}
