/** A person's own callbacks and schedules that are functions, in runs of the package. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";

test("the hooks of a class are called in Keras's order, with every metric, and change the rate of the next epoch", TIMEOUT, async (t) => {
  const page = await withPackage(t, "hooks");
  const { seen, rates, busy } = await page.evaluate(async () => {
    const trainee = await network();
    trainee.compile({ optimizer: "adam", metrics: ["auc"] });
    const seen = [];
    let busy;
    class Halves {
      schedule = [0.5]; // what belongs to the class is its own business
      onTrainBegin(run) {
        seen.push(`begin at ${run.learningRate}`);
      }
      async onEpochBegin(epoch) {
        seen.push(`epoch ${epoch}`);
      }
      onTrainBatchEnd(batch, logs) {
        seen.push(`batch ${batch} ${Object.keys(logs)}`);
      }
      async onEpochEnd(epoch, logs, run) {
        busy = await trainee.save().catch(({ name }) => name);
        seen.push(`end of ${epoch} ${Object.keys(logs)}`);
        run.learningRate *= this.schedule[0];
      }
      onTrainEnd(run) {
        seen.push(`end at ${run.learningRate}`);
      }
    }
    const { epochs } = await trainee.fit(dataset(), { epochs: 2, batchSize: 4, callbacks: [new Halves()] });
    return { seen, rates: epochs.map((epoch) => epoch.learning_rate), busy };
  });
  const epoch = (number) => [
    `epoch ${number}`, "batch 0 accuracy,auc,loss", "batch 1 accuracy,auc,loss", `end of ${number} accuracy,auc,learning_rate,loss`,
  ];
  assert.deepEqual(seen, ["begin at 0.001", ...epoch(0), ...epoch(1), "end at 0.00025"]);
  assert.deepEqual(rates, [0.001, 0.0005]);
  assert.equal(busy, "BusyError", "the network itself waits until the run is over");
});

test("stopTraining ends the run wherever it is set, after the step and with its epoch, as in Keras", TIMEOUT, async (t) => {
  const page = await withPackage(t, "stops");
  const ends = await page.evaluate(async () => {
    const ends = {};
    for (const hook of ["onTrainBegin", "onEpochBegin", "onTrainBatchEnd", "onEpochEnd", "onTrainEnd"]) {
      let steps = 0;
      const stops = {
        [hook]: (...given) => void (given.at(-1).stopTraining = true),
        ...(hook === "onTrainBatchEnd" ? {} : { onTrainBatchEnd: () => void steps++ }),
      };
      const { epochs, stopped } = await (await network()).fit(dataset(), { epochs: 4, batchSize: 4, validationSplit: 0.25, callbacks: [stops] });
      ends[hook] = [epochs.length, stopped, steps, epochs.every(({ val_loss }) => val_loss > 0)];
    }
    const takenBack = { onEpochBegin: (epoch, logs, run) => void (run.stopTraining = epoch === 0), onTrainBatchEnd: (batch, logs, run) => void (run.stopTraining = false) };
    ends.takenBack = (await (await network()).fit(dataset(), { epochs: 2, callbacks: [takenBack] })).epochs.length;
    return ends;
  });
  assert.deepEqual(ends, {
    onTrainBegin: [1, "callback", 1, true], onEpochBegin: [1, "callback", 1, true], onTrainBatchEnd: [1, "callback", 0, true],
    onEpochEnd: [1, "callback", 2, true], onTrainEnd: [4, "completed", 8, true], takenBack: 2,
  });
});

test("a schedule that is a function sets the rate of each epoch, and is refused beside another schedule", TIMEOUT, async (t) => {
  const page = await withPackage(t, "schedules");
  const { rates, given, losses, refused } = await page.evaluate(async () => {
    const given = [];
    const run = async (schedule) => {
      const trainee = await network();
      const { epochs } = await trainee.fit(dataset(), { epochs: 3, shuffle: false, callbacks: [{ type: "LearningRateScheduler", schedule }] });
      return epochs;
    };
    const halving = await run(async (epoch, rate) => given.push([epoch, rate]) && rate / 2);
    const still = await run(() => 0);
    const refused = [];
    const trainee = await network();
    const learningRate = { type: "ExponentialDecay", initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 };
    trainee.compile({ optimizer: { type: "sgd", learningRate } });
    const plain = await network();
    for (const [who, callback] of [
      [trainee, { type: "LearningRateScheduler", schedule: () => 0.1 }],
      [trainee, { onTrainBatchEnd: (batch, logs, handle) => void (handle.learningRate = 0.5) }],
      [plain, { type: "LearningRateScheduler", schedule: () => "fast" }],
      [plain, { type: "EarlyStopping", monitor: "loss", schedule: () => 0.1 }],
      [plain, new (class { onBatchEnd() {} onEpochEnd() {} })()],
      [plain, { on_epoch_end() {} }],
    ]) {
      const events = [];
      const error = await who.fit(dataset(), { callbacks: [callback] }, ({ type }) => events.push(type)).catch(({ name, message }) => `${name}: ${message}`);
      refused.push([error, events.length]);
    }
    return { rates: halving.map((epoch) => epoch.learning_rate), given, losses: still.map(({ loss }) => loss), refused };
  });
  assert.deepEqual(rates, [0.0005, 0.00025, 0.000125]);
  assert.deepEqual(given, [[0, 0.001], [1, 0.0005], [2, 0.00025]]);
  const [[both, before], [set], [word], [plan], [old], [python]] = refused;
  assert.equal(both, "ConfigError: learningRate is a schedule, which LearningRateScheduler cannot change; give a number or leave that callback out.");
  assert.equal(before, 0, "refused before anything begins");
  assert.match(set, /^ConfigError: learningRate is a schedule, which a callback cannot change/);
  assert.match(word, /^ConfigError: learningRate set by a callback must be a number of 0 or more/);
  assert.match(plan, /^ConfigError: callbacks has "EarlyStopping" with a function "schedule", which it does not call/);
  assert.match(old, /^ConfigError: callbacks has "onBatchEnd", which is none of onTrainBegin/);
  assert.match(python, /^ConfigError: callbacks has "on_epoch_end"/);
});

test("weights alone come back into a network of the same layers, and into no other", TIMEOUT, async (t) => {
  const page = await withPackage(t, "weights-only");
  const { same, answers, refused, later } = await page.evaluate(async () => {
    const trainee = await network();
    const files = [];
    const keep = (event) => void (event.type === "file" && files.push(event));
    const callbacks = [{ type: "ModelCheckpoint", filepath: "{epoch}.safetensors", saveWeightsOnly: true }];
    const picture = new Uint8Array(8 * 8 * 3).fill(90);
    await trainee.fit(dataset(), { callbacks }, keep);
    const answers = [await trainee.predict(picture)];
    const other = await tabfit.Sequential.create("small", dataset(), "cpu", 7);
    const before = JSON.stringify(await other.predict(picture));
    const wrong = await tabfit.Sequential.create("tutorial4", dataset(), "cpu", 7);
    const refuse = (load) => { try { load(); return ""; } catch ({ name, message }) { return `${name}: ${message}`; } };
    const [{ bytes }] = files;
    const kept = await trainee.save();
    const damaged = kept.slice();
    damaged[damaged.length - 9] ^= 1;
    const refused = [refuse(() => wrong.loadWeights(bytes)), refuse(() => other.loadWeights(bytes.slice(0, 900))), refuse(() => other.loadWeights(damaged))];
    refused.push(await tabfit.Sequential.import([{ name: "1.safetensors", bytes }], "cpu").catch(({ message }) => message));
    const same = before === JSON.stringify(await other.predict(picture));
    for (const file of [bytes, kept, (await trainee.export("safetensors"))[0].bytes]) {
      const fresh = await tabfit.Sequential.create("small", dataset(), "cpu", 8);
      fresh.loadWeights(file);
      answers.push(await fresh.predict(picture));
    }
    other.loadWeights(bytes);
    const later = (await other.fit(dataset(), { epochs: 1 })).epochs.length;
    return { same, answers, refused, later };
  });
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.ok(same, "a refused file changes nothing");
  assert.match(refused[0], /^ModelFileError: This weights file is not for this network: it .*; open the network that it belongs to first\.$/);
  assert.match(refused[1], /^ModelFileError: This weights file is cut off/);
  assert.match(refused[2], /^ModelFileError: .*checksum/);
  assert.match(refused[3], /holds weights and not the layers that they are for; open their network first, and then this file\.$/);
  assert.equal(later, 1);
});
