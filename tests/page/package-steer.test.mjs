/** What can be asked of a network of the package while it trains: changes, looks at steps, and looks inside. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";

test("a run is changed between two steps, and what cannot be changed is refused by name", TIMEOUT, async (t) => {
  const page = await withPackage(t, "steer");
  const { outside, refused, changes, heard, rates, steerable, resumed } = await page.evaluate(async () => {
    const refusal = (act) => {
      try {
        return act(), "";
      } catch ({ name, message }) {
        return `${name}: ${message}`;
      }
    };
    const trainee = await network();
    const outside = refusal(() => trainee.steer({ learningRate: 0.1 }));
    const refused = [];
    const heard = [];
    let steerable;
    const stops = new AbortController();
    const stopped = await trainee.fit(dataset(), { epochs: 4, batchSize: 4, signal: stops.signal }, (event) => {
      if (event.type === "start") steerable = event.steerable;
      if (event.type === "change") heard.push(...event.changes);
      if (event.type !== "epoch") return;
      if (event.record.epoch === 1) {
        for (const wrong of [{}, { learningRate: -1 }, { dropout: 1 }, { dropout: { other: 0.1 } }, { rate: 1 }]) {
          refused.push(refusal(() => trainee.steer(wrong)));
        }
        trainee.steer({ learningRate: 0.5, dropout: { [Object.keys(steerable.dropout)[0]]: 0.25 } });
      } else if (event.record.epoch === 2) {
        trainee.steer({ dropout: 0 });
        stops.abort();
      }
    });
    const resumed = await trainee.resume(dataset());
    return { outside, refused, changes: stopped.changes, heard, rates: resumed.epochs.map((epoch) => epoch.learning_rate), steerable, resumed: resumed.changes };
  });
  assert.match(outside, /^ConfigError: steer needs a run that goes on/);
  const words = ["needs a learningRate or a dropout", "must be a number of 0 or more, not -1", "below 1, not 1", 'names "other"', "rate"];
  refused.forEach((sentence, i) => assert.ok(sentence.startsWith("ConfigError: ") && sentence.includes(words[i]), sentence));
  const [[layer, rate]] = Object.entries(steerable.dropout);
  assert.equal(steerable.learningRate, 0.001);
  assert.deepEqual(changes, [
    { epoch: 2, step: 0, what: "learningRate", layer: null, from: 0.001, to: 0.5 },
    { epoch: 2, step: 0, what: "dropout", layer, from: rate, to: 0.25 },
    { epoch: 3, step: 0, what: "dropout", layer, from: 0.25, to: 0 },
  ]);
  assert.deepEqual([heard, resumed], [changes, changes]);
  assert.deepEqual(rates, [0.001, 0.5, 0.5, 0.5]);
});

test("steps are looked at, and the inside is seen while a run waits; no number depends on it", TIMEOUT, async (t) => {
  const page = await withPackage(t, "looks");
  const { losses, looks, during, after, busy } = await page.evaluate(async () => {
    const run = async (listen) => {
      const trainee = await network();
      const { epochs } = await trainee.fit(dataset(), { epochs: 3, batchSize: 4 }, (event) => listen?.(trainee, event));
      return { trainee, losses: epochs.map(({ loss }) => loss) };
    };
    const plain = await run();
    const looks = [];
    let during;
    let busy;
    const looked = await run(async (trainee, event) => {
      if (event.type === "start") trainee.lookAt("epochs");
      if (event.type === "step") looks.push([event.look.epoch, event.look.step, event.pixels.length, event.look.pictures.length, event.look.layers.length]);
      if (event.type === "epoch" && event.record.epoch === 1) {
        during = await trainee.inside(arrays().images.slice(0, 192)); // the run waits for this
        busy = await trainee.inside(new Uint8Array(3)).catch(({ name }) => name);
        trainee.lookAt("none");
        trainee.lookAt("next");
      }
    });
    const after = await looked.trainee.inside();
    return { losses: [plain.losses, looked.losses], looks, during: during.layers.map(({ layer, pixels }) => [layer, pixels.length]), after: [after.layers.length, after.filters.values], busy };
  });
  assert.deepEqual(losses[1], losses[0]);
  assert.deepEqual(looks.map(([epoch, step]) => [epoch, step]), [[1, 2], [2, 1]]);
  assert.deepEqual(looks.map(([, , pixels, pictures]) => [pixels, pictures]), [[0, 4], [4 * 8 * 8 * 4, 4]]);
  assert.ok(looks.every(([, , , , layers]) => layers > 1));
  assert.ok(during.length > 3 && during.every(([, pixels]) => pixels > 0));
  assert.deepEqual(after, [0, 3]);
  assert.equal(busy, "DatasetError");
});

test("what is asked before the run waits is answered while it waits", TIMEOUT, async (t) => {
  const page = await withPackage(t, "looks-early");
  const answers = await page.evaluate(async () => {
    const trainee = await network();
    const late = () => new Promise((resolve) => setTimeout(resolve, 10_000, "too late"));
    const answers = [];
    let asked;
    const callback = { onEpochEnd: () => void (asked = trainee.inside()) };
    const settings = { epochs: 1, batchSize: 2, validationSplit: 0.5, callbacks: [callback] };
    await trainee.fit(dataset(), settings, async (event) => {
      if (event.type === "test") asked = trainee.inside(); // between two batches of the validation
      else if (event.type !== "epoch") return;
      const answer = await Promise.race([asked, late()]);
      answers.push(answer.filters?.values ?? answer);
    });
    return answers;
  });
  assert.deepEqual(answers, [3, 3]);
});
