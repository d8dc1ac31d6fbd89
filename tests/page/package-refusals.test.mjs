/** Wrong arguments of the package: each is refused by name, in a sentence. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";

/** The call, its wrong argument, the name of the error, and what its sentence must say. */
const REFUSED = [
  ["create", [{ type: "Conv2D", filter: 8, kernelSize: 3 }], "ConfigError", /`filter`/],
  ["create", [{ type: "Conv4D" }], "ConfigError", /`Conv4D`/],
  ["create", [{ type: "Dense", units: 2, activation: "softmacks" }], "ConfigError", /`softmacks`/],
  ["create", [{ type: "Dense", units: 2, kernelRegularizer: { l3: 1 } }], "ConfigError", /`l3`/],
  ["create", [{ type: "Residual", layers: [{ type: "DepthwiseConv2D", kernelSize: 3, filters: 8 }] }], "ConfigError", /`filters`/],
  ["create", [{ type: "Dense", units: 2, trainables: false }], "ConfigError", /`trainables`/],
  ["create", [{ type: "Conv2D", filters: 8, kernelSize: "3" }], "ConfigError", /sizes and strides must be/],
  ["create", { imageSize: 8, layer: [] }, "ConfigError", /`layer`/],
  ["create", "smal", "ConfigError", /"smal"/],
  ["device", "gpu", "ConfigError", /^device .*`gpu`/],
  ["seed", -1, "ConfigError", /^seed .*-1/],
  ["seed", 0.5, "ConfigError", /^seed .*0\.5/],
  ["data", { classNames: ["a", "b"] }, "ConfigError", /^imageSize/],
  ["data", ["a", "b"], "ConfigError", /^imageSize .*Dataset/],
  ["data", 3, "ConfigError", /^data/],
  ["compile", { optimiser: "adam" }, "ConfigError", /`optimiser`/],
  ["compile", { optimizer: "adamm" }, "ConfigError", /`adamm`/],
  ["compile", { optimizer: { type: "adam", lr: 1 } }, "ConfigError", /`lr`/],
  ["compile", { optimizer: { type: "sgd", beta1: 0.9 } }, "ConfigError", /`beta1`/],
  ["compile", { optimizer: { type: "adam", learningRate: "fast" } }, "ConfigError", /learningRate/],
  ["compile", { optimizer: { type: "sgd", learningRate: { type: "CosineDecay", initialLearningRate: 1, decaySteps: 1, alfa: 0 } } }, "ConfigError", /`alfa`/],
  ["compile", { optimizer: "adam", loss: "mse" }, "ConfigError", /loss must be/],
  ["compile", { optimizer: "adam", loss: { type: "CategoricalCrossentropy", smoothing: 0.1 } }, "ConfigError", /`smoothing`/],
  ["compile", { optimizer: "adam", metrics: ["acuracy"] }, "ConfigError", /acuracy/],
  ["compile", { optimizer: "adam", metrics: [{ type: "AUC", thresholds: 9 }] }, "ConfigError", /`thresholds`/],
  ["fit", { epoch: 3 }, "ConfigError", /`epoch`/],
  ["fit", { epochs: "3" }, "ConfigError", /^fit is not understood/],
  ["fit", { split: "random" }, "ConfigError", /`random`/],
  ["fit", { classWeight: { cat: 2 } }, "ConfigError", /"cat"/],
  ["fit", { augment: { flip: true } }, "ConfigError", /`flip`/],
  ["fit", { augment: { zcaWhitening: true } }, "ConfigError", /^zcaWhitening is not offered/],
  ["fit", { augment: { brightnessRange: 0.2 } }, "ConfigError", /^brightnessRange must be two factors/],
  ["fit", { augment: { rotationRange: 400 } }, "ConfigError", /^rotationRange .*400/],
  ["fit", { callbacks: [{ type: "EarlyStop" }] }, "ConfigError", /`EarlyStop`/],
  ["fit", { callbacks: [{ type: "EarlyStopping", patient: 3 }] }, "ConfigError", /`patient`/],
  ["fit", { callbacks: [{ type: "ReduceLROnPlateau", restoreBestWeights: true }] }, "ConfigError", /`restoreBestWeights`/],
  ["fit", { callbacks: [{ type: "ModelCheckpoint", filepath: "a.tabfit", saveBest: true }] }, "ConfigError", /`saveBest`/],
  ["fit", { callbacks: [{ type: "LearningRateScheduler", schedules: [] }] }, "ConfigError", /`schedules`/],
  ["fit", { callbacks: [{ type: "LearningRateScheduler", schedule: { type: "CosineDecay", alfa: 0 } }] }, "ConfigError", /`alfa`/],
  ["fit", { callbacks: [{ type: "CSVLogger", filename: "a.csv", sep: ";" }] }, "ConfigError", /`sep`/],
  ["fit", { callbacks: [{ type: "TerminateOnNaN", patience: 1 }] }, "ConfigError", /`patience`/],
  ["fit", { callbacks: [{ type: "BackupAndRestore", saveFrequency: 1 }] }, "ConfigError", /`saveFrequency`/],
  ["fit", { callbacks: [{ patience: 1 }] }, "ConfigError", /callbacks has an object with neither a type/],
  ["fit", 5, "ConfigError", /^fit is not understood/],
  ["fit", { callbacks: [{ type: "TensorBoard", log_dir: "logs" }] }, "ConfigError", /`log_dir`/],
  ["export", "onx", "ConfigError", /`onx`/],
  ["import", 3, "ConfigError", /^files/],
  ["import", [{ name: "a.tabfit" }], "ConfigError", /^files/],
  ["import", [], "ModelFileError", /./],
  ["code", { compile: { optimiser: "adam" } }, "ConfigError", /`optimiser`/],
  ["code", { compile: { optimizer: { type: "adam", lr: 1 } } }, "ConfigError", /`lr`/],
  ["code", { compile: { optimizer: "adamm" } }, "ConfigError", /`adamm`/],
  ["code", { fit: { epoch: 1 } }, "ConfigError", /epoch/],
  ["freeze", ["conv9"], "ConfigError", /conv9/],
  ["head", ["dark"], "ConfigError", /at least two/],
  ["evaluate", "tests", "DatasetError", /tests/],
  ["predict", "a picture", "DatasetError", /A picture is a File, a Blob, an ArrayBuffer/],
  ["folder", { imageSizes: 8 }, "ConfigError", /`imageSizes`/],
  ["folder", { imageSize: 4 }, "ConfigError", /^imageSize must be from 8/],
  ["folder", null, "ConfigError", /^options/],
  ["files", [3], "ConfigError", /^files\[0\]/],
  ["files", [{ path: "a/1.png", file: "words" }], "ConfigError", /^files\[0\]/],
  ["files", 3, "ConfigError", /^files/],
  ["files", {}, "ConfigError", /^files/],
  ["files", [], "DatasetError", /no file/],
  ["arrays", { classes: ["a", "b"] }, "ConfigError", /`classes`/],
  ["arrays", { test: { images: [], label: [] } }, "ConfigError", /^test .*`label`/],
  ["arrays", { validation: 3 }, "ConfigError", /^validation/],
  ["arrays", { images: [1, 2, 3] }, "ConfigError", /^images must be a Uint8Array/],
  ["arrays", { labels: 3 }, "ConfigError", /^labels must be an array/],
  ["arrays", { labels: [0, 1, 0, 1, 0, 1, 0, "1"] }, "ConfigError", /^labels\[7\] .*"1"/],
  ["arrays", { labels: [0, 1, 0, 1, 0, 1, 0, 0.5] }, "ConfigError", /^labels\[7\] .*0\.5/],
  ["arrays", { labels: [0, 1, 0, 1, 0, 1, 0, 2] }, "DatasetError", /^Label 7 is 2/],
  ["arrays", { labels: [0, 0, 0, 0, 0, 0, 0, 0] }, "DatasetError", /^Only one class was found, "dark"/],
  ["arrays", { labels: [0, 1, 0] }, "DatasetError", /1536 bytes, but 3 labels/],
  ["arrays", { labels: [] }, "DatasetError", /0 labels/],
  ["arrays", { imageSize: 9 }, "DatasetError", /9 x 9 .*243 or 324 bytes each/],
  ["arrays", { imageSize: 1 }, "ConfigError", /^imageSize must be from 8/],
  ["arrays", { classNames: ["dark"] }, "DatasetError", /at least two classes/],
  ["arrays", { classNames: ["dark", "dark"] }, "DatasetError", /"dark" like another/],
  ["arrays", null, "ConfigError", /^arrays must be an object/],
];

test("what is unknown or out of range is refused by its name", TIMEOUT, async (t) => {
  const page = await withPackage(t, "refused");
  await page.evaluate(async () => {
    const trainee = await network();
    const good = { ...arrays(), classNames: ["dark", "light"], imageSize: 8 };
    globalThis.calls = {
      create: (model) => tabfit.Sequential.create(model, dataset(), "cpu"),
      device: (device) => tabfit.Sequential.create("small", dataset(), device),
      seed: (seed) => tabfit.Sequential.create("small", dataset(), "cpu", seed),
      data: (data) => tabfit.Sequential.create("small", data, "cpu"),
      compile: (config) => trainee.compile(config),
      fit: (config) => trainee.fit(dataset(), config),
      export: (format) => trainee.export(format),
      import: (files) => tabfit.Sequential.import(files, "cpu"),
      code: (wrong) => tabfit.kerasCode({ model: tabfit.preset("small", 8, 2), classNames: ["dark", "light"], ...wrong }),
      freeze: (names) => trainee.setTrainable(names, false),
      head: (names) => trainee.replaceHead(names),
      evaluate: (part) => trainee.evaluate(dataset(), part),
      predict: (picture) => trainee.predict(picture),
      folder: (options) => tabfit.Dataset.fromFolder([{ path: "a/b/1.png", file: new Blob() }], options),
      files: (files) => tabfit.Dataset.fromFolder(files, { imageSize: 8 }),
      arrays: (wrong) => tabfit.Dataset.fromArrays(wrong && { ...good, ...wrong }),
    };
  });
  for (const [call, argument, name, sentence] of REFUSED) {
    await t.test(`${call} ${JSON.stringify(argument)}`, async () => {
      const thrown = await page.evaluate(async ([call, argument]) => {
        try {
          await calls[call](argument);
          return null;
        } catch (error) {
          return { name: error.name, message: error.message };
        }
      }, [call, argument]);
      assert.ok(thrown, "nothing was thrown");
      assert.equal(thrown.name, name, thrown.message);
      assert.match(thrown.message, sentence);
      assert.match(thrown.message, /\.$/, "it is a sentence");
    });
  }
  const after = await page.evaluate(async () => (await (await network()).fit(dataset(), { epochs: 1 })).stopped);
  assert.equal(after, "completed", "the package goes on after all of that");
});
