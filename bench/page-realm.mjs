/** The real page in a tab of its own, used as a person uses it. The contender tabfit-page: the page says itself how fast it trains. */

import { join } from "node:path";
import { within } from "./patience.mjs";

const NOTHING_COUNTED = { dispatches: 0, submits: 0, bindGroups: 0, bytes: 0, reads: 0, calls: 0 };

/** @implements {import("./host.mjs").Realm} */
export class PageRealm {
  /** @param {import("./browser.mjs").Browser} browser */
  static async open(browser) {
    const context = await browser.chromium.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: "no-preference" });
    const page = await context.newPage();
    await page.goto(browser.url);
    return new PageRealm(browser, context, page);
  }

  constructor(browser, context, page) {
    this.browser = browser;
    this.context = context;
    this.page = page;
  }

  ask(command, settings, ms) {
    return within(ms, this[command](settings, ms));
  }

  close() {
    return this.context.close();
  }

  /** Picks the pictures, opens the network with the weights that everyone starts from, and fills in the form. */
  async open({ imageSize, batchSize, inputs }) {
    const { page } = this;
    this.settings = { imageSize, batchSize };
    await page.locator("#preset option[value=bench]").waitFor({ state: "attached" });
    await this.fill({ "image-size": imageSize, device: "cpu", "batch-size": batchSize, "validation-split": 0 });
    await this.reached("ready", () => page.setInputFiles("#folder-input", join(inputs, `folder-${imageSize}`)));
    await this.reached("done", () => page.setInputFiles("#open-model", join(inputs, `weights-${imageSize}.safetensors`)));
    await page.click("#train-on");
    await page.evaluate(async () => {
      const { client } = await import("/js/page/client/trainer-client.js");
      const { onEvent } = client;
      globalThis.heard = [];
      client.onEvent = (event) => {
        heard.push(event);
        onEvent(event);
      };
    });
    const threads = Number(await page.inputValue("#threads"));
    return { device: { name: `CPU, ${threads} threads`, fallback: false, threads } };
  }

  /**
   * The losses of the first steps, and what they should be: those of tabfit without its page. The page lists pictures class
   * by class and shuffles them, so its batches are not those of the other contenders.
   */
  async check({ most, ...limits }, ms) {
    const epochs = (await this.fit({ epochs: most, "steps-per-epoch": 1 })).filter(({ type }) => type === "epoch");
    const engine = await this.browser.open("tabfit.js");
    await engine.ask("open", { ...this.settings, device: "cpu", allThreads: true, asThePage: true }, ms);
    const { losses: expected, lastStepMs } = await engine.ask("check", { most, ...limits }, ms);
    await engine.close();
    return { losses: epochs.map(({ record }) => record.loss), expected, firstStepMs: null, lastStepMs };
  }

  /** An epoch of so many steps, and the seconds that the page shows for it. Where the pictures end first, it had fewer steps. */
  async round({ steps }) {
    const heard = await this.fit({ epochs: 1, "steps-per-epoch": steps });
    const { steps: done } = heard.find(({ type }) => type === "batch");
    const { seconds } = heard.find(({ type }) => type === "epoch");
    return { ms: (1000 * seconds * steps) / done, counts: NOTHING_COUNTED };
  }

  /** Presses Fit with these fields; the events of the run, when it is over. */
  async fit(fields) {
    await this.fill(fields);
    await this.page.evaluate(() => void heard.splice(0));
    await this.reached("done", () => this.page.click("#fit"));
    const error = await this.page.textContent("#error");
    if (error) throw new Error(error);
    return this.page.evaluate(() => heard.filter(({ type }) => type === "batch" || type === "epoch"));
  }

  async fill(fields) {
    for (const [id, value] of Object.entries(fields)) {
      await this.page.locator(`details:has(#${id})`).evaluateAll((groups) => groups.forEach((group) => (group.open = true)));
      if (await this.page.locator(`select#${id}`).count()) await this.page.selectOption(`#${id}`, String(value));
      else await this.page.fill(`#${id}`, String(value));
    }
  }

  /** Does something and waits, without asking again and again, until the page has gone to a state or shows an error. */
  async reached(state, act) {
    const there = this.page.evaluate((wanted) => new Promise((resolve) => {
      const observer = new MutationObserver((records) => {
        const error = !document.querySelector("#error").hidden;
        const arrived = records.some(({ target }) => target === document.body) && document.body.dataset.state === wanted;
        if (error || arrived) resolve(observer.disconnect());
      });
      observer.observe(document.body, { attributes: true, attributeFilter: ["data-state", "hidden"], subtree: true });
    }), state);
    await act();
    await there;
  }
}
