/** The examples of examples/package, each in a process of its own in Node. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./chromium.mjs";
import { shapes, under } from "./fixtures.mjs";
import { ranInNode } from "./node-package.mjs";

const EXAMPLES = join(ROOT, "examples/package");
const sources = Object.fromEntries(readdirSync(EXAMPLES).map((file) => [file, readFileSync(join(EXAMPLES, file))]));

/** The share that a sentence names. */
const percent = (text) => Number(/(\d+) %/.exec(text)?.[1]);

/** Whether the second loss is below the first. */
const falls = (text) => /from (\d+\.\d+) to (\d+\.\d+)/.exec(text).slice(1).map(Number).reduce((first, last) => last < first);

/** What each example writes, beside that it ends by itself. */
const EXPECTED = {
  "callbacks.js": (text) => {
    assert.match(text, /^The run ended after \d+ of 60 epochs \(callback\)\.$/m);
    assert.match(text, /answers for disc and square/);
  },
  "fine-tune.js": (text) => {
    const [, parameters, learn] = /^100 % of the weights came from the package; of (\d+) parameters, (\d+) learn/.exec(text);
    assert.ok(Number(learn) < Number(parameters) / 100);
    assert.ok(falls(text), text);
  },
  "many-pictures.js": (text) => {
    assert.match(text, /^42 of 42$/m);
    assert.ok(Number(/^(\d+) of 40 are right/m.exec(text)[1]) >= 30, text);
    assert.match(text, /Noise is \d+\.\d times as unlike/);
    assert.match(text, /A picture for this network is 16 x 16/);
    assert.match(text, /rejects with an AbortError/);
  },
  "own-callback.js": (text) => {
    assert.match(text, /^Epoch 0: loss [\d.]+, test accuracy [\d.]+, \d+ weights$/m);
    const [, epochs, asked] = /after (\d+) epochs \(callback\); the network was asked (\d+) times/.exec(text);
    assert.equal(epochs, asked);
  },
  "own-network.js": (text) => {
    assert.match(text, /Total params/);
    assert.ok(falls(text), text);
  },
  "save-and-open.js": (text) => {
    assert.match(text, /answers as the saved one/);
    assert.match(text, /went on with epoch 4 and ended with epoch 5/);
  },
  "scores.js": (text) => {
    assert.match(text, /f1_score/);
    assert.match(text, /speak most for a square/);
    for (const [, value] of text.matchAll(/(?:precision|recall) (\d\.\d+)/g)) assert.ok(Number(value) > 0.6, text);
  },
  "stop-and-resume.js": (text) => {
    assert.match(text, /^The run ended after 2 epochs \(aborted\)\.$/m);
    assert.match(text, /has 6 epochs, with the losses of a run that nobody stopped/);
  },
  "to-keras.js": (text) => {
    for (const file of ["model.keras", "model.py", "model.json", "model.safetensors", "model.onnx"]) assert.ok(text.includes(`${file} (`), file);
    assert.match(text, /keras\.optimizers\.AdamW\(/);
    assert.match(text, /Opened again, it has \d+ parameters/);
  },
  "train-on-files.js": (text) => {
    assert.match(text, /^48 of 48 files are read\.$/m);
    assert.match(text, /^16,16,16 pictures of disc, frame, stripes; 0 files are left out\.$/m);
    assert.ok(Number(/(\d+) of 48 answers are right/.exec(text)[1]) > 40, text);
  },
  "train-on-pixels.js": (text) => {
    assert.ok(percent(/Of the test pictures, .*/.exec(text)[0]) >= 80, text);
    assert.match(text, /The picture shows a square/);
  },
  "weights.js": (text) => {
    assert.match(text, /kernel: \[3, 3, 3, \d+\]/);
    assert.ok(percent(/With the mean of both.*/.exec(text)[0]) >= 50, text);
    assert.match(text, /ConfigError: weights must have/);
  },
};

test("there are twelve examples, beside the pictures that they share", () => {
  assert.deepEqual(Object.keys(sources).filter((file) => file !== "shapes.js").sort(), Object.keys(EXPECTED));
  assert.equal(Object.keys(EXPECTED).length, 12);
});

for (const [file, check] of Object.entries(EXPECTED)) {
  test(`${file} runs in Node and says what it should`, (t) => {
    const own = { [file]: sources[file], "shapes.js": sources["shapes.js"], "package.json": '{ "type": "module" }' };
    const pictures = file === "train-on-files.js" ? under("pictures", shapes({ each: 16 })) : {};
    check(ranInNode(t, [file, "pictures"], { ...own, ...pictures }));
  });
}
