/** The page as a person uses it: one method for each thing to do or to look at. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after } from "node:test";
import { ARTIFACTS, launch, watch } from "./chromium.mjs";
import { counting, mounts } from "./coverage.mjs";
import { elsewhere } from "./elsewhere.mjs";
import { serve } from "./server.mjs";

const SECONDS = 1000;

/** Layers of a network so small that a step takes milliseconds, even on software WebGPU. */
export const TINY_LAYERS = (classes) => [
  { type: "Rescaling", scale: 1 / 255 },
  { type: "Conv2D", filters: 8, kernelSize: 3, padding: "same", activation: "relu" },
  { type: "MaxPooling2D" },
  { type: "Conv2D", filters: 16, kernelSize: 3, padding: "same", activation: "relu" },
  { type: "MaxPooling2D" },
  { type: "Flatten" },
  { type: "Dense", units: 32, activation: "relu" },
  { type: "Dense", units: classes, activation: "softmax" },
];

/** Given to `openPage` as `before`: an adapter that says it is a GPU, where Chromium's is software. */
export function asRealGpu() {
  Object.defineProperty(GPUAdapter.prototype, "info", { value: { description: "A GPU of the test", isFallbackAdapter: false } });
}

/** One browser per test file and set of flags. @type {Map<string, Promise<import("playwright-core").Browser>>} */
const browsers = new Map();
after(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

/**
 * Opens the page in a new tab and waits for its trainer worker. After the test, any error in the console fails it, and so does
 * any request to another computer.
 *
 * @param {import("node:test").TestContext} t
 * @param {object} options
 * @param {string} options.log name of the console log in `artifacts/`
 * @param {string[]} [options.gpuFlags]
 * @param {RegExp} [options.expected] console errors that the test provokes on purpose
 * @param {boolean} [options.warnings] whether a warning in the console fails the test, too
 * @param {() => void} [options.before] runs in the page and in its trainer worker before their own scripts
 * @param {RegExp} [options.missing] paths of files that the server does not have
 * @param {boolean} [options.cached] whether the browser may keep the page's files
 * @param {Record<string, string>} [options.headers] what the server sends in place of what the page's `_headers` says
 * @param {import("playwright-core").BrowserContextOptions} [options.context]
 */
export async function openPage(t, { log, gpuFlags, expected, warnings, before, missing = null, cached, headers, context: more }) {
  const key = String(gpuFlags);
  if (!browsers.has(key)) browsers.set(key, launch(gpuFlags));
  const browser = await browsers.get(key);
  const code = before ? `(${before})();` : "";
  const server = await serve(mounts(), { first: { "/js/worker.js": code }, headers, cached });
  const others = await elsewhere();
  server.missing = missing;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, proxy: others.proxy(server.url), ...more });
  context.setDefaultTimeout(150_000); context.setDefaultNavigationTimeout(150_000);
  await context.addInitScript(code);
  context.setDefaultNavigationTimeout(120 * SECONDS); // a machine that compiles beside it is slow
  const counted = await counting(context);
  const page = await context.newPage();
  const problems = [watch(page, log, expected, warnings)];
  t.after(async () => {
    await counted();
    await context.close();
    await server.close();
    await others.close();
    assert.deepEqual(others.heard, [], "the page spoke to another computer");
    assert.deepEqual(problems.flat(), [], "the console of the page shows problems");
  });
  const tab = new TrainerPage(page, server, browser, others);
  tab.onReopen = (again) => problems.push(watch(again, `${log} reopened`, expected, warnings));
  await page.goto(server.url);
  await tab.ready();
  return tab;
}

export class TrainerPage {
  constructor(page, server, browser, others) {
    this.page = page;
    this.server = server;
    this.browser = browser;
    this.others = others;
  }

  /** The trainer worker. */
  get worker() {
    return this.page.workers()[0];
  }

  /** Waits until the trainer worker has answered and has searched the browser's storage. */
  async ready() {
    await this.page.locator("#preset option[value=bench]").waitFor({ state: "attached", timeout: 60 * SECONDS });
    await this.send({ type: "stored" });
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  /** Closes the tab and opens the page again in another tab of the same browser. */
  async reopen() {
    await this.page.close();
    this.page = await this.page.context().newPage();
    this.onReopen(this.page);
    await this.page.goto(this.server.url);
    await this.ready();
  }

  /** @param {string[]} states waits for any of these values of `document.body.dataset.state` */
  async reach(states, seconds = 60) {
    await this.page.waitForFunction((wanted) => wanted.includes(document.body.dataset.state), states, {
      timeout: seconds * SECONDS,
      polling: 50,
    });
  }

  state() {
    return this.page.evaluate(() => document.body.dataset.state);
  }

  text(selector) {
    return this.page.locator(selector).innerText();
  }

  /** Waits for the alert and returns its sentence. */
  async error() {
    await this.page.locator("#error").waitFor({ state: "visible", timeout: 60 * SECONDS });
    return this.text("#error");
  }

  /** Picks a folder or files through an input of the page, and waits until they are read. */
  async pick(path, input = "#folder-input") {
    await this.page.setInputFiles(input, path);
    await this.reach(["idle", "ready", "done"]);
  }

  /** Drops files and folders from the disk on the page, as a file manager would. */
  async drop(...paths) {
    const session = await this.page.context().newCDPSession(this.page);
    await this.page.locator("#drop-zone").scrollIntoViewIfNeeded();
    const box = await this.page.locator("#drop-zone").boundingBox();
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await session.send("Input.dispatchDragEvent", { type, x: box.x + 10, y: box.y + 10, data });
    }
  }

  /** Sets form fields by their ids, and opens their groups. `layers` may be a list of layers. */
  async set(fields) {
    for (const [id, value] of Object.entries(fields)) {
      await this.page.locator(`details:has(#${id})`).evaluateAll((groups) => groups.forEach((group) => (group.open = true)));
      if (id === "layers") await this.#setLayers(value);
      else if (typeof value === "boolean") await this.page.locator(`#${id}`).setChecked(value);
      else if (await this.page.locator(`select#${id}`).count()) await this.page.selectOption(`#${id}`, String(value));
      else await this.page.fill(`#${id}`, String(value));
    }
  }

  async #setLayers(layers) {
    // The value is set in one go, because the layers of a preset may still arrive while a person types.
    await this.page.locator("#layers").evaluate((area, text) => {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }, typeof layers === "string" ? layers : JSON.stringify(layers));
  }

  /** Presses Fit and waits until the run is over and scored. */
  async fit(seconds = 120) {
    await this.page.click("#fit");
    await this.page.waitForFunction(
      () => (document.body.dataset.state === "done" && document.querySelector("#fit").ariaBusy !== "true") || !document.querySelector("#error").hidden,
      null,
      { timeout: seconds * SECONDS, polling: 50 },
    );
    assert.equal(await this.page.textContent("#error"), "", "the run ends without an alert");
  }

  /** Presses Resume and waits until the run has begun: until then the page still shows what the run before has reached. */
  async resume() {
    await this.page.click("#resume");
    await this.page.locator("#resume").waitFor({ state: "hidden", timeout: 60 * SECONDS });
  }

  /** The rows of a table's body, cell by cell. */
  rows(selector) {
    return this.page
      .locator(`${selector} tbody tr`)
      .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  }

  /** The table of epochs as numbers, by Keras's names. */
  async history() {
    const names = await this.page.locator("#history-table thead th").allTextContents();
    return (await this.rows("#history-table")).map((row) =>
      Object.fromEntries(row.map((cell, i) => [i === 0 ? "epoch" : names[i], Number(cell)])),
    );
  }

  /** The history in full precision, from the file that a person can download. */
  async exactHistory() {
    return JSON.parse(String(await this.download("#download-json")));
  }

  /** Presses Fit and waits for this many epochs of the new run, which may first have to clear those of the last one. */
  async start(epochs) {
    const rows = this.page.locator("#history-table tbody tr");
    const before = await rows.count();
    await this.page.click("#fit");
    if (before > 0) await rows.nth(before - 1).waitFor({ state: "detached", timeout: 60 * SECONDS });
    await rows.nth(epochs - 1).waitFor({ state: "attached", timeout: 120 * SECONDS });
  }

  /**
   * From now on the trainer pauses by itself at the end of this epoch, without telling the page, so that no machine is too
   * fast for a test that does something during a run; `Infinity` lets it go on.
   */
  async holdAt(epoch) {
    await this.worker.evaluate(async (epoch) => {
      const { tasks } = await import("/js/worker/state.js");
      if (!self.heldAt) {
        const post = self.postMessage.bind(self);
        self.postMessage = (message, ...more) => {
          if (message.event?.type === "epoch" && message.event.record.epoch >= self.heldAt) tasks.pause();
          post(message, ...more);
        };
      }
      self.heldAt = epoch;
      if (epoch === Infinity) tasks.resume();
    }, epoch);
  }

  /** The confusion matrix, as `[true class][predicted class]`. */
  async confusion() {
    return (await this.rows("#confusion")).map((row) => row.slice(1).map(Number));
  }

  /** Accuracy on the test or validation pictures, from 0 to 1. */
  async accuracy() {
    return Number.parseFloat(await this.text("#test-accuracy")) / 100;
  }

  /** Predicts pictures. Returns a list of `[class, probability]` for each file name. */
  async predict(files) {
    await this.page.evaluate(() => document.querySelector("#predictions").replaceChildren()); // so that no old answer is read
    await this.page.setInputFiles("#predict-input", files);
    await this.page.locator("#predictions > li").last().waitFor({ timeout: 60 * SECONDS });
    return Object.fromEntries(await this.page.locator("#predictions [data-name]").evaluateAll((items) =>
      items.map((item) => [
        item.dataset.name,
        [...item.querySelectorAll("[data-class]")].map((bar) => [bar.dataset.class, Number(bar.dataset.probability)]),
      ]),
    ));
  }

  /** Presses a button that downloads, and returns the file's content. */
  async download(button) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.page.click(button)]);
    return this.contentOf(download);
  }

  /** @param {import("playwright-core").Download} download */
  async contentOf(download) {
    return readFile(await download.path());
  }

  /** Sends a command to the trainer worker directly, which also allows what the form does not. */
  send(command) {
    return this.page.evaluate(async (command) => {
      const { client } = await import("/js/page/client/trainer-client.js");
      return client.send(command).then((value) => ({ value }), ({ name, message }) => ({ name, message }));
    }, command);
  }

  screenshot(name) {
    return this.page.screenshot({ path: join(ARTIFACTS, `page-${name}.png`), fullPage: true });
  }
}
