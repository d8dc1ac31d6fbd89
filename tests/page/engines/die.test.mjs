/** Firefox dies at random moments of a run: the tab, or the whole browser. The run ends with the numbers of an undisturbed one. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { zipSync } from "fflate";
import { ROOT } from "../chromium.mjs";
import { folder, generator, LONG, shapes } from "../fixtures.mjs";
import { serve } from "../server.mjs";
import { TINY_LAYERS } from "../trainer-page.mjs";
import { Firefox } from "./firefox.mjs";
import { Trainer } from "./trainer.mjs";

const SEED = Number(process.env.SEED ?? 1);
const DEATHS = LONG ? 30 : 2;
const MANY = 5000; // epochs
const SETTINGS = { device: "cpu", threads: 1, layers: TINY_LAYERS(3), "batch-size": 8, "validation-split": 0.25, "backup-freq": 1, seed: 5 };

test(`a run in Firefox that dies ${DEATHS} times, in tabs that are closed and in a browser that is killed, loses nothing`, { timeout: 30 * 60_000 }, async (t) => {
  const random = generator(SEED);
  const profile = mkdtempSync(join(tmpdir(), "tabfit-profile-"));
  const server = await serve({ "/": join(ROOT, "dist") });
  const zip = join(folder(t, {}), "shapes.zip");
  writeFileSync(zip, zipSync(shapes({ each: 8 })));
  let engine = await Firefox.start(profile);
  t.after(async () => {
    await engine.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  const open = async (epochs) => {
    const trainer = new Trainer(await engine.open(), server.url, engine.downloads);
    await trainer.reload();
    await trainer.set({ "image-size": 32 });
    await trainer.pick(zip);
    await trainer.set({ ...SETTINGS, epochs });
    return trainer;
  };
  let trainer = await open(MANY);
  let most = 0;
  await trainer.start(1);
  for (let died = 0; died < DEATHS; died++) {
    await pause(random() * 500);
    const killed = died % 2 === 1;
    if (killed) {
      engine = await engine.killed();
      trainer = new Trainer(await engine.open(), server.url, engine.downloads);
      await trainer.reload();
    } else {
      const next = new Trainer(await engine.open(), server.url, engine.downloads);
      await trainer.tab.close();
      trainer = next;
      await trainer.reload();
    }
    await trainer.until("the run is offered", () => !document.querySelector("#unfinished").hidden);
    const epoch = Number(/after epoch (\d+)/.exec(await trainer.text("#unfinished-text"))[1]);
    assert.ok(epoch >= most, `a run that had ${most} epochs has ${epoch}`);
    most = epoch;
    await trainer.pick(zip);
    await trainer.click("#resume");
    const further = (epochs) => document.querySelectorAll("#history-table tbody tr").length > epochs;
    await trainer.until("it goes on", further, 60, most);
  }
  await trainer.click("#stop");
  await trainer.reach(["done"]);
  const history = JSON.parse(String(await trainer.download("#download-json")));
  const epochs = history.epoch.length;
  console.log(`total: ${DEATHS} deaths in Firefox, ${Math.floor(DEATHS / 2)} of them of the browser; ${epochs} epochs, seed ${SEED}`);
  trainer = await open(epochs);
  await trainer.fit(300);
  assert.deepEqual(JSON.parse(String(await trainer.download("#download-json"))), history);
});
