/** What a callback of one's own can ask the network while it trains: Keras's `self.model`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inNode } from "./node-package.mjs";
import { TIMEOUT, withPackage } from "./package-page.mjs";

/** A data set of dark and light pictures, and a run on it. */
const PRELUDE = `
  import init, { Dataset, Sequential } from "tabfit";
  await init({ device: "cpu" });
  const images = new Uint8Array(24 * 192).map((_, i) => (Math.floor(i / 192) % 2 ? 200 : 20) + ((i * 7919) % 41));
  const labels = Array.from({ length: 24 }, (_, i) => i % 2);
  const dataset = Dataset.fromArrays({ images, labels, classNames: ["dark", "light"], imageSize: 8, test: { images, labels } });
  const picture = images.slice(0, 192);
  const layers = [
    { type: "Rescaling", scale: 1 / 255 }, { type: "Conv2D", filters: 4, kernelSize: 3 }, { type: "BatchNormalization" }, { type: "ReLU" },
    { type: "Dropout", rate: 0.2 }, { type: "Flatten" }, { type: "Dense", units: 2, activation: "softmax" },
  ];
  const network = () => Sequential.create({ imageSize: 8, layers }, dataset, "cpu", 4);
  const config = { epochs: 3, batchSize: 5, validationSplit: 0.25, seed: 9, augment: { horizontalFlip: true } };
`;

test("a run in which every hook asks the network has the history and the weights of one in which none does", (t) => {
  const { same, weights, seen, answers } = inNode(t, `${PRELUDE}
    const plain = await network();
    const history = JSON.stringify(await plain.fit(dataset, config));
    const asked = await network();
    const seen = [];
    const all = async (run) => {
      const [{ probability }] = await run.predict(picture);
      const [{ unlike }] = await run.predict([picture]);
      const { accuracy, images } = await run.evaluate(dataset, "test");
      const held = (await run.evaluate(dataset, "validation")).images;
      const cam = await run.gradCam(picture);
      const inside = await run.inside(picture);
      const weights = await run.getWeights();
      const saved = await Sequential.load(await run.save());
      const files = await run.export("safetensors");
      seen.push([probability > 0, unlike, accuracy >= 0, images, held, cam.values.length > 0, inside.layers.length > 0, weights.length, saved.info.classNames.length, files.length]);
      saved.free();
    };
    const hooks = Object.fromEntries(["onTrainBegin", "onEpochBegin", "onTrainBatchEnd", "onEpochEnd", "onTrainEnd"].map((name) => [name, (...given) => all(given.at(-1))]));
    const observed = JSON.stringify(await asked.fit(dataset, { ...config, callbacks: [hooks] }));
    const values = async (network) => JSON.stringify((await network.getWeights()).map(({ values }) => [...values]));
    console.log(JSON.stringify({
      same: history === observed, weights: (await values(plain)) === (await values(asked)), seen: seen.map(String),
      answers: JSON.stringify(await plain.predict(picture)) === JSON.stringify(await asked.predict(picture)),
    }));
  `);
  assert.ok(same, "the history is the same to the last bit");
  assert.ok(weights && answers, "and so are the weights");
  assert.equal(seen.length, 1 + 3 + 3 * 4 + 3 + 1);
  assert.deepEqual(new Set(seen), new Set(["true,,true,24,6,true,true,8,2,1"]));
});

test("the handle answers for the weights of that moment, waits for what is not awaited, and ends with its hook", (t) => {
  const { last, equal, late, waited, busy, thrown } = inNode(t, `${PRELUDE}
    const trainee = await network();
    const answers = [];
    let handle, late, busy, waited = 0;
    const { epochs } = await trainee.fit(dataset, { ...config, callbacks: [{
      async onEpochEnd(epoch, logs, run) {
        if (handle) late = await handle.predict(picture).catch(({ message }) => message);
        handle = run;
        busy = await trainee.predict(picture).catch(({ name }) => name);
        answers.push((await run.evaluate(dataset, "validation")).loss, logs.val_loss);
      },
      onTrainBatchEnd: (batch, logs, run) => void run.getWeights().then(() => waited++),
      async onTrainEnd(run) {
        answers.push(await run.predict(picture));
      },
    }] });
    const fails = await network();
    const thrown = await fails.fit(dataset, { ...config, callbacks: [{ onEpochEnd: (epoch, logs, run) => run.predict(new Uint8Array(3)) }] }).catch(({ name }) => name);
    const last = answers.pop();
    const equal = [0, 2, 4].every((at) => Math.abs(answers[at] - answers[at + 1]) < 1e-6);
    console.log(JSON.stringify({ last: JSON.stringify(last) === JSON.stringify(await trainee.predict(picture)), equal, late, waited, busy, thrown }));
  `);
  assert.ok(last, "at the end of the run it answers as the network does after it");
  assert.ok(equal, "its validation loss is that of the epoch");
  assert.equal(late, "predict was called after its hook had ended; call it while the hook runs, and await it.");
  assert.equal(waited, 3 * 4);
  assert.equal(busy, "BusyError");
  assert.equal(thrown, "DatasetError");
});

for (const device of ["cpu", "webgpu"]) {
  const where = device === "cpu" ? "on three threads" : "on a GPU, be it in software";
  test(`the same holds ${where}, with frozen layers that are computed once`, TIMEOUT, async (t) => {
    const page = await withPackage(t, `asked-${device}`, undefined, device);
    const { same, asked, threads } = await page.evaluate(async (device) => {
      const helper = () => new Worker(new URL("/pkg/worker.js", location.href), { type: "module" });
      if (device === "cpu") await tabfit.startWorkers(helper, 3);
      const pictures = tabfit.Dataset.fromArrays({ ...arrays(3, 24), classNames: ["dark", "light"], imageSize: 8 });
      const histories = [];
      let [asked, threads] = [0, 0];
      const asks = { onEpochEnd: async (epoch, logs, run) => void (asked += (await run.evaluate(pictures, "validation")).images + (await run.getWeights()).length + (await run.predict([pictures.pixels(0)])).length) };
      for (const callbacks of [[], [asks]]) {
        const trainee = await network(device);
        trainee.setTrainable([trainee.info.summary.layers.find(({ parameters }) => parameters > 0).name], false);
        const history = await trainee.fit(pictures, { epochs: 3, batchSize: 6, validationSplit: 0.25, seed: 2, callbacks }, (event) => void (event.type === "start" && (threads = event.threads)));
        histories.push(JSON.stringify([history, (await trainee.getWeights()).map(({ values }) => [...values])]));
      }
      return { same: histories[0] === histories[1], asked, threads };
    }, device);
    assert.ok(same, "every number is the same to the last bit");
    assert.equal(asked, 3 * (6 + 10 + 1));
    assert.equal(threads, device === "cpu" ? 3 : 1);
  });
}
