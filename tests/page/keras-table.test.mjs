/** docs/keras.md, Keras's words beside tabfit's: the script makes it of the recorded cases, and tabfit takes each of its lines. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { table } from "../../scripts/docs/keras-table.mjs";
import { ROOT } from "./chromium.mjs";
import { inNode } from "./node-package.mjs";

const PAGE = readFileSync(join(ROOT, "docs/keras.md"), "utf8");

/** tabfit's side of each line of a section. */
function settings(title) {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  return [...section.matchAll(/^\| `.*?` \| `(.*?)` \|/gm)].map(([, setting]) => setting);
}

test("the table is what the recorded cases say", () => {
  assert.equal(table(), PAGE, "node scripts/docs/keras-table.mjs writes it again");
});

// Layers need a network around them: tests/suite/keras.rs trains those of every case.
test("tabfit takes every setting of compile and fit, and its Keras code has the words of the table", (t) => {
  const compiles = [...settings("Optimizers and schedules"), ...settings("Losses"), ...settings("Metrics").map((metric) => `metrics: [${metric}]`)];
  const fits = [...settings("Weights of classes"), ...settings("Callbacks").map((callback) => `callbacks: [${callback}]`), ...settings("Augmentation")];
  assert.ok(compiles.length >= 80 && fits.length >= 60, `${[compiles.length, fits.length]}`);
  const { refused, codes } = inNode(t, `
    import init, { kerasCode } from "tabfit";
    await init({ device: "cpu" });
    const classNames = ["ant", "bee", "cat", "dog", "eel"];
    const model = { imageSize: 16, layers: [{ type: "Flatten" }, { type: "Dense", units: 5, activation: "softmax" }] };
    const [refused, codes] = [[], []];
    const attempt = (setting, act) => { try { codes.push([setting, act()]); } catch ({ message }) { refused.push([setting, message]); } };
    for (const [setting, compile] of [${compiles.map((setting) => `[${JSON.stringify(setting)}, { optimizer: "adam", ${setting} }]`)}]) attempt(setting, () => kerasCode({ model, classNames, compile }));
    for (const [setting, fit] of [${fits.map((setting) => `[${JSON.stringify(setting)}, { ${setting} }]`)}]) attempt(setting, () => kerasCode({ model, classNames, fit }));
    console.log(JSON.stringify({ refused, codes }));
  `);
  assert.deepEqual(refused, []);
  const code = (start) => codes.find(([setting]) => setting.startsWith(start))[1];
  assert.match(code('optimizer: { type: "adamw", learningRate: 0.01, weightDecay: 0.2 }'), /keras\.optimizers\.AdamW\(learning_rate=0\.01, weight_decay=0\.2\)/);
  assert.match(code('callbacks: [{ type: "EarlyStopping", patience: 3, minDelta: 0.01 }]'), /keras\.callbacks\.EarlyStopping\(/);
});
