/**
 * The page as a person uses it, in any browser that can run a function in a page and give files to an input.
 *
 * @typedef {object} Engine
 * @property {string} downloads the folder where downloads arrive
 * @property {() => Promise<string> | string} version
 * @property {() => Promise<Tab>} open
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Tab
 * @property {string[]} problems what the page's console reported as an error, as far as the engine tells
 * @property {(url: string) => Promise<void>} goto
 * @property {(run: Function, ...values: any[]) => Promise<any>} evaluate calls a function in the page
 * @property {(selector: string, paths: string[]) => Promise<void>} setFiles picks files through an input
 * @property {() => Promise<void>} close
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const SECONDS = 1000;

export class Trainer {
  /**
   * Opens the page and waits for its trainer worker. After the test, any error in the console fails it.
   *
   * @param {import("node:test").TestContext} t
   * @param {Engine} engine
   * @param {string} url of the page
   */
  static async open(t, engine, url) {
    const tab = await engine.open();
    const trainer = new Trainer(tab, url, engine.downloads);
    t.after(async () => {
      await tab.close();
      assert.deepEqual(tab.problems, [], "the console of the page shows problems");
    });
    await trainer.reload();
    return trainer;
  }

  constructor(tab, url, downloads) {
    this.tab = tab;
    this.url = url;
    this.downloads = downloads;
  }

  /** Loads the page, or loads it again. */
  async reload() {
    await this.tab.goto(this.url);
    await this.until("the trainer answers", () => document.querySelector("#preset option[value=bench]") !== null);
  }

  /** Waits until a function of the page returns something true, and says what the page shows if it never does. */
  async until(what, check, seconds = 60, ...values) {
    for (const end = Date.now() + seconds * SECONDS; ; await pause(50)) {
      const found = await this.tab.evaluate(check, ...values);
      if (found) return found;
      if (Date.now() > end) assert.fail(`not within ${seconds} s: ${what}; the page says "${await this.status()}"`);
    }
  }

  /** State, alert and progress of the page, for the message of a failure. */
  status() {
    return this.tab.evaluate(() =>
      [document.body.dataset.state, ...["#error", "#status", "#epoch-text"].map((id) => document.querySelector(id)?.textContent)].join(" | "),
    );
  }

  /** Waits for one of these values of `document.body.dataset.state`, and for no alert. */
  async reach(states, seconds = 60) {
    const reached = (wanted) => wanted.includes(document.body.dataset.state) || !document.querySelector("#error").hidden;
    await this.until(`the state is ${states.join(" or ")}`, reached, seconds, states);
    assert.equal(await this.text("#error"), "", "there is no alert");
  }

  text(selector) {
    return this.tab.evaluate((selector) => document.querySelector(selector).textContent, selector);
  }

  value(selector) {
    return this.tab.evaluate((selector) => document.querySelector(selector).value, selector);
  }

  isVisible(selector) {
    return this.tab.evaluate((selector) => document.querySelector(selector).checkVisibility(), selector);
  }

  click(selector) {
    return this.tab.evaluate((selector) => document.querySelector(selector).click(), selector);
  }

  /** Sets form fields by their ids, as if a person had. `layers` may be a list of layers. */
  async set(fields) {
    for (const [id, value] of Object.entries(fields)) {
      await this.tab.evaluate((id, value) => {
        const field = document.getElementById(id);
        field.value = value;
        if (field.value !== value) throw new Error(`#${id} does not take ${value}`);
        for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
      }, id, typeof value === "object" ? JSON.stringify(value) : String(value));
    }
  }

  /** Picks a `.zip` of pictures and waits until they are read. */
  async pick(zip) {
    await this.tab.setFiles("#zip-input", [zip]);
    await this.reach(["ready"]);
  }

  /** Presses Fit and waits until the run is over and scored. */
  async fit(seconds = 120) {
    await this.click("#fit");
    await this.reach(["done"], seconds);
  }

  /** Presses Fit and waits for this many epochs. */
  async start(epochs) {
    await this.click("#fit");
    const trained = (epochs) => document.querySelectorAll("#history-table tbody tr").length >= epochs;
    await this.until(`${epochs} epochs are trained`, trained, 120, epochs);
  }

  /** The cells of a table's body, row by row. */
  rows(selector) {
    return this.tab.evaluate(
      (selector) => [...document.querySelectorAll(`${selector} tbody tr`)].map((row) => [...row.cells].map((cell) => cell.textContent)),
      selector,
    );
  }

  /** Predicts a picture. Returns its classes, each with its probability to the last bit. */
  async predict(picture) {
    await this.tab.evaluate(() => document.querySelector("#predictions").replaceChildren()); // so that no old answer is read
    await this.tab.setFiles("#predict-input", [picture]);
    return this.until("the picture is predicted", () => {
      const bars = [...document.querySelectorAll("#predictions [data-class]")];
      return bars.length > 0 && bars.map((bar) => [bar.dataset.class, bar.dataset.probability]);
    });
  }

  /** Presses a button that downloads, and returns the file's content. */
  async download(button) {
    await this.click(button);
    // A browser gives a file its last name when it is complete, but Firefox takes that name before, for an empty file, and has one
    // of another name beside it: what was the same for two looks is there.
    let before = "";
    for (const end = Date.now() + 30 * SECONDS; Date.now() < end; await pause(50)) {
      const files = readdirSync(this.downloads);
      const size = files.length === 1 && statSync(join(this.downloads, files[0]), { throwIfNoEntry: false })?.size;
      const now = size ? `${files[0]} ${size}` : "";
      if (now && now === before) {
        const content = readFileSync(join(this.downloads, files[0]));
        rmSync(join(this.downloads, files[0]));
        return content;
      }
      before = now;
    }
    assert.fail(`${button} downloads nothing: ${readdirSync(this.downloads)}`);
  }
}
