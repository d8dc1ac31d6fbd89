/** The frozen first layers run once for each picture: the package says so, divides the work, and can be stopped. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";

/** Opens a tab with a network whose convolutions are frozen, and threads whose messages are counted. */
async function withFrozen(t, log) {
  const page = await withPackage(t, log);
  await page.evaluate(() => {
    const frozen = { kernelSize: 3, padding: "same", activation: "relu", trainable: false };
    const layers = [
      { type: "Rescaling", scale: 1 / 255 }, { type: "Conv2D", filters: 6, ...frozen }, { type: "MaxPooling2D" },
      { type: "Conv2D", filters: 8, ...frozen }, { type: "GlobalAveragePooling2D" }, { type: "Dropout", rate: 0.2 },
      { type: "Dense", units: 2, activation: "softmax" },
    ];
    globalThis.frozen = () => tabfit.Sequential.create({ imageSize: 8, layers }, ["dark", "light"], "cpu", 1);
    globalThis.pictures = (count = 100) =>
      tabfit.Dataset.fromArrays({ ...arrays(3, count), classNames: ["dark", "light"], imageSize: 8 });
    globalThis.messages = 0;
    globalThis.helper = () => {
      const worker = new Worker("../../pkg/worker.js", { type: "module" });
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (...message) => {
        messages += 1;
        post(...message);
      };
      return worker;
    };
  });
  return page;
}

test("the threads compute the features once, and the epochs run the head only", TIMEOUT, async (t) => {
  const page = await withFrozen(t, "features-once");
  const { events, notes, again, needs } = await page.evaluate(async () => {
    await tabfit.startWorkers(helper, 3);
    const [network, dataset] = [await frozen(), pictures()];
    const needs = network.needs(dataset, { epochs: 4 });
    const events = [];
    const listen = (event) => events.push({ type: event.type, done: event.done, of: event.pictures, notes: event.notes, messages });
    const config = { epochs: 4, batchSize: 8, validationSplit: 0.2 };
    const { notes } = await network.fit(dataset, config, listen);
    const before = messages;
    const again = [];
    await (await frozen()).fit(dataset, config, ({ type, done }) => void (type === "features" && again.push(done)));
    return { events, notes, again: [...again, messages - before], needs };
  });
  const sentence = /^The first 5 layers are frozen: what they make of the 100 pictures is computed once and kept in memory/;
  assert.match(notes[0], sentence);
  assert.match(events[0].notes[0], sentence);
  assert.match(needs.frozen.sentence, sentence);
  assert.ok(needs.frozen.once && needs.frozen.share > 0.9 && needs.frozen.share < 1);
  const features = events.filter(({ type }) => type === "features");
  assert.ok(features.length > 0 && features.every(({ done, of }) => done <= of && of === 100));
  assert.equal(features.at(-1).done, 100);
  // The program, the network, and four batches of pictures to two helpers.
  assert.equal(features.at(-1).messages, 2 + 2 + 2 * 4);
  const epochs = events.filter(({ type }) => type === "epoch");
  assert.deepEqual(epochs.map(({ messages }) => messages), Array(4).fill(2 + 2 + 2 * 4), "no thread is asked for anything more");
  assert.deepEqual(again, [100, 2], "the next run takes the features over; the helpers are only sent the network");
});

test("a run can be stopped while the features are computed, and goes on", TIMEOUT, async (t) => {
  const page = await withFrozen(t, "features-stop");
  const { expected, stopped, unfinished, resumed } = await page.evaluate(async () => {
    const config = { epochs: 3, batchSize: 8, validationSplit: 0.2 };
    const expected = (await (await frozen()).fit(pictures(), config)).epochs;
    const [network, abort] = [await frozen(), new AbortController()];
    const dataset = pictures();
    const stopped = await network.fit(dataset, { ...config, signal: abort.signal }, ({ type }) => void (type === "features" && abort.abort()));
    const { unfinished } = network.info;
    const resumed = await network.resume(dataset);
    return { expected, stopped, unfinished, resumed };
  });
  assert.deepEqual([stopped.stopped, stopped.epochs], ["aborted", []]);
  assert.deepEqual(unfinished, { epoch: 1, step: 0, epochs: 3 });
  assert.deepEqual([resumed.stopped, resumed.epochs], ["completed", expected]);
});

test("augmentation makes the frozen layers run in every step, and the sentence says what that costs", TIMEOUT, async (t) => {
  const page = await withFrozen(t, "features-augment");
  const { notes, needs, types } = await page.evaluate(async () => {
    const [network, config] = [await frozen(), { epochs: 2, augment: { horizontalFlip: true } }];
    const types = new Set();
    const { notes } = await network.fit(pictures(), config, ({ type }) => types.add(type));
    return { notes, needs: network.needs(pictures(), config), types: [...types] };
  });
  assert.match(notes[0], /changed at random, so they run in every step, about 100 % of its work; without augmentation they run once/);
  assert.deepEqual([needs.frozen.once, needs.frozen.sentence], [false, notes[0]]);
  assert.ok(!types.includes("features"));
});
