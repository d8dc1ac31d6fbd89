/** The page in one file in Firefox, opened from the disk: it trains on both devices, and its network is there after a reload. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { zipSync } from "fflate";
import { folder, shapes, splitShapes } from "../fixtures.mjs";
import { addressOf } from "../one-file.mjs";
import { TINY_LAYERS } from "../trainer-page.mjs";
import { Firefox } from "./firefox.mjs";
import { Trainer } from "./trainer.mjs";

const EPOCHS = 2;

test("Firefox opens it from the disk, trains on both devices, and keeps the network", { timeout: 3 * 60_000 }, async (t) => {
  const engine = await Firefox.start();
  t.after(() => engine.close());
  const trainer = await Trainer.open(t, engine, addressOf("tabfit.html"));
  const root = folder(t, shapes({ each: 1, seed: 3 }));
  const zip = join(root, "shapes.zip");
  writeFileSync(zip, zipSync(splitShapes(12, 4)));
  await trainer.set({ "image-size": 32 });
  await trainer.pick(zip);
  await trainer.set({ layers: TINY_LAYERS(3), epochs: EPOCHS, threads: 2, "batch-size": 8, "validation-split": 0.25 });
  const losses = [];
  for (const device of ["cpu", "webgpu"]) {
    await trainer.set({ device });
    await trainer.fit();
    const history = await trainer.rows("#history-table");
    assert.equal(history.length, EPOCHS);
    losses.push(Number(history[EPOCHS - 1][2]));
  }
  assert.ok(Math.abs(losses[0] - losses[1]) < 0.01 * losses[0], `CPU and WebGPU: ${losses}`);
  assert.equal(await trainer.text("#trouble"), "");

  const before = await trainer.predict(join(root, "frame/000.png"));
  await trainer.reload();
  await trainer.until("the network is offered", () => !document.querySelector("#kept-offer").hidden);
  await trainer.click("#open-newest");
  await trainer.reach(["done"]);
  const again = await trainer.predict(join(root, "frame/000.png"));
  assert.deepEqual(again.map(([name]) => name), before.map(([name]) => name));
});
