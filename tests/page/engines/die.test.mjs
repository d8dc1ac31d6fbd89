/** Firefox dies at random moments of a run: the tab, or the whole browser. The run ends with the numbers of an undisturbed one. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { zipSync } from "fflate";
import { ROOT } from "../chromium.mjs";
import { folder, generator, LONG, shapes } from "../fixtures.mjs";
import { choose, here, mortalWorker, Saves } from "../moments.mjs";
import { serve } from "../server.mjs";
import { TINY_LAYERS } from "../trainer-page.mjs";
import { Firefox } from "./firefox.mjs";
import { Trainer } from "./trainer.mjs";

const TIMEOUT = { timeout: 30 * 60_000 };
const SEED = Number(process.env.SEED ?? 1);
/** How many deaths there are: 30 in all, or 4. */
const TRAINING = LONG ? 20 : 2;
const SCORING = LONG ? 10 : 2;
const MANY = 5000; // epochs
const SETTINGS = { device: "cpu", threads: 1, layers: TINY_LAYERS(3), "batch-size": 8, "validation-split": 0.25, "backup-freq": 1, seed: 5 };
const PICTURES = zipSync(shapes({ each: 8 }));

/** Firefox with the page in a tab, which can both be ended. */
class Mortal {
  /** @param {import("node:test").TestContext} t */
  static async start(t) {
    const mortal = new Mortal();
    const profile = mkdtempSync(join(tmpdir(), "tabfit-profile-"));
    mortal.saves = new Saves();
    mortal.server = await serve({ "/": join(ROOT, "dist") }, { first: mortalWorker, hears: (told) => mortal.saves.hears(told) });
    mortal.zip = join(folder(t, { "shapes.zip": PICTURES }), "shapes.zip");
    mortal.engine = await Firefox.start(profile);
    t.after(async () => {
      await mortal.engine.close();
      await mortal.server.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      assert.deepEqual(mortal.saves.lost, [], "what was saved was computed again");
    });
    await mortal.open();
    return mortal;
  }

  /** Opens the page in another tab. */
  async open() {
    this.trainer = new Trainer(await this.engine.open(), this.server.url, this.engine.downloads);
    await this.trainer.reload();
  }

  /** Gives the page the pictures and the settings. @param {number} epochs */
  async prepare(epochs) {
    await this.trainer.set({ "image-size": 32 });
    await this.trainer.pick(this.zip);
    await this.trainer.set({ ...SETTINGS, epochs });
  }

  /** @param {boolean} all whether the browser ends with the tab */
  async end(all) {
    if (all) {
      this.engine = await this.engine.killed();
      return this.open();
    }
    const { tab } = this.trainer;
    this.trainer = new Trainer(await this.engine.open(), this.server.url, this.engine.downloads); // a browser without a tab ends
    await tab.close();
    return this.trainer.reload();
  }

  async history() {
    return JSON.parse(String(await this.trainer.download("#download-json")));
  }
}

/** Every death of this file: what ended, and when. @type {string[]} */
const deaths = [];
after(() => {
  const counts = [...new Set(deaths)].sort().map((death) => `${death} ${deaths.filter((other) => other === death).length}`);
  console.log(`total: ${deaths.length} deaths in Firefox, ${deaths.filter((death) => /browser/.test(death)).length} of them of the browser: ${counts.join(", ")}; seed ${SEED}`);
});

test(`a run in Firefox that dies ${TRAINING} times, in tabs that are closed and in a browser that is killed, loses nothing`, TIMEOUT, async (t) => {
  const random = generator(SEED);
  const mortal = await Mortal.start(t);
  await mortal.prepare(MANY);
  await mortal.trainer.start(1);
  let most = 0;
  for (let died = 0; died < TRAINING; died++) {
    const [all, saving] = [died % 2 === 1, died % 4 < 2];
    if (saving) {
      await choose(mortal.trainer.tab, "saving", 1 + Math.floor(random() * 30));
      await here(mortal.trainer.tab);
    } else await pause(random() * 500);
    deaths.push(`the ${all ? "browser" : "tab"} at ${saving ? "saving" : "any moment"}`);
    await mortal.end(all);
    const { trainer } = mortal;
    await trainer.until("the run is offered", () => !document.querySelector("#unfinished").hidden);
    const epoch = Number(/after epoch (\d+)/.exec(await trainer.text("#unfinished-text"))[1]);
    mortal.saves.check({ epoch });
    most = epoch;
    await trainer.pick(mortal.zip);
    await trainer.click("#resume");
    await trainer.until("it goes on", (epochs) => document.querySelectorAll("#history-table tbody tr").length > epochs, 60, most);
  }
  await mortal.trainer.click("#stop");
  await mortal.trainer.reach(["done"]);
  const history = await mortal.history();
  assert.ok(history.epoch.length > most);
  await mortal.end(false);
  await mortal.prepare(history.epoch.length);
  await mortal.trainer.fit(300);
  assert.deepEqual(await mortal.history(), history);
});

/** When the scoring is ended: as it begins, or while the answers or the scores are kept. */
const OF_SCORING = [["keeping the scores", 1], ["the beginning of the scoring", 1], ["keeping the scores", 2]];

test(`a run in Firefox that dies ${SCORING} times while it is scored is kept with its network`, TIMEOUT, async (t) => {
  const mortal = await Mortal.start(t);
  await mortal.prepare(2);
  await mortal.trainer.fit();
  const history = await mortal.history();
  for (let died = 0; died < SCORING; died++) {
    const all = died % 2 === 1;
    const [moment, times] = OF_SCORING[died % OF_SCORING.length];
    if (died > 0) await mortal.prepare(2);
    const kept = () => document.querySelectorAll("#kept-list > li").length;
    const before = await mortal.trainer.tab.evaluate(kept);
    await choose(mortal.trainer.tab, moment, times);
    await mortal.trainer.click("#fit");
    await here(mortal.trainer.tab);
    deaths.push(`the ${all ? "browser" : "tab"} at ${moment}`);
    await mortal.end(all);
    const { trainer } = mortal;
    await trainer.until("the run is kept", (before) => document.querySelectorAll("#kept-list > li").length === before + 1, 60, before);
    await trainer.click("#kept-list > li [data-do=open]");
    await trainer.reach(["done"]);
    assert.deepEqual(await mortal.history(), history);
  }
});
