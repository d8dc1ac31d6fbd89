/** A run of the package that Keras goes on with: from the same state it has the same numbers. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ROOT } from "./chromium.mjs";
import { folder, LONG } from "./fixtures.mjs";
import { exportedRun, writeAll } from "./handover-run.mjs";

const MINUTE = 60_000;
const PYTHON = process.env.ROUNDTRIP_PYTHON ?? join(ROOT, "target/roundtrip-venv/bin/python");
const JAX = process.env.HANDOVER_PYTHON ?? join(ROOT, "target/handover-venv/bin/python");
const skip = !existsSync(PYTHON) && "there is no Python with Keras; tests/roundtrip/run.sh makes one";
const skipLong = LONG ? skip || (!existsSync(JAX) && `there is no Python with JAX at ${JAX}`) : "takes long: scripts/test.sh --long handover";
const QUIET = { TF_CPP_MIN_LOG_LEVEL: "3", TF_ENABLE_ONEDNN_OPTS: "0", CUDA_VISIBLE_DEVICES: "-1" };
/** Prints the most memory that the program had, in MB. */
const MEASURED = `import resource, runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)`;

const theTabfit = async () => {
  const tabfit = await import(join(ROOT, "pkg/node.js"));
  await tabfit.default({ device: "cpu" });
  return tabfit;
};

/** What a program printed, also if it failed. @returns {Promise<string>} */
async function run(python, args, env = {}) {
  const { stdout, stderr, code = 0 } = await promisify(execFile)(python, args, { env: { ...process.env, ...QUIET, ...env } }).catch((error) => error);
  return `${stdout}${stderr}${code ? `exit ${code}` : ""}`;
}

/** Goes on with an exported run, from the tab's state. */
async function train(root, python, args, env = {}) {
  return run(python, [join(root, "run/train.py"), join(root, "pictures"), ...args], env);
}

const forget = (root) => rmSync(join(root, "run/results"), { recursive: true, force: true });

/** Compares `history.csv`, which counts epochs from 0, with what the tab recorded. */
function assertEqual(root, expected, names, tolerance, printed) {
  assert.match(printed, /model\.keras .* tabfit opens both/, printed);
  const [head, ...rows] = readFileSync(join(root, "run/results/history.csv"), "utf8").trim().split(/\r?\n/).map((line) => line.split(","));
  const records = rows.map((row) => Object.fromEntries(row.map((value, i) => [head[i], Number(value)])));
  assert.deepEqual(records.map(({ epoch }) => epoch + 1), expected.map(({ epoch }) => epoch), printed);
  for (const [i, record] of expected.entries()) {
    for (const name of names) {
      const [got, wanted] = [records[i][name], record[name]];
      assert.ok(Math.abs(got - wanted) <= tolerance, `${name} of epoch ${record.epoch}: ${got} is not ${wanted}`);
    }
  }
}

const NAMES = ["loss", "val_loss", "accuracy", "val_accuracy", "learning_rate"];
const ADAM = { optimizer: { type: "adam", learningRate: 0.01 }, metrics: ["f1_score"] };
/** An epoch is a step, so that each loss is that of a step. */
const STEPS = {
  epochs: 12, batchSize: 8, stepsPerEpoch: 1, validationSplit: 0.25, seed: 5, classWeight: { dog: 2 },
  callbacks: [
    { type: "ReduceLROnPlateau", monitor: "loss", patience: 2, factor: 0.5, minDelta: 10 },
    { type: "EarlyStopping", monitor: "val_loss", patience: 7, minDelta: 10, restoreBestWeights: true },
  ],
};

const AUGMENT = {
  rotationRange: 20, widthShiftRange: 0.2, heightShiftRange: [1, 2, 3], shearRange: 10, zoomRange: [0.8, 1.3], channelShiftRange: 20,
  brightnessRange: [0.7, 1.3], horizontalFlip: true, verticalFlip: true, fillMode: "reflect", randomContrast: 0.4, randomErasing: { scale: [0.1, 0.4] },
};
const MEASURED_SO = {
  optimizer: { type: "sgd", momentum: 0.9, nesterov: true, clipnorm: 1 },
  loss: { type: "CategoricalFocalCrossentropy", gamma: 1.5 },
  metrics: ["precision", { type: "AUC", className: "dog" }, { type: "F1Score", className: "dog" }, { type: "TopKCategoricalAccuracy", k: 1 }],
};
const FIT = { epochs: 5, batchSize: 8, validationSplit: 0.25, seed: 9, augment: AUGMENT, callbacks: [{ type: "LearningRateScheduler", schedule: [0.05, 0.04, 0.03] }] };
/** Stopped inside an epoch. */
const CHANGED = { fit: FIT, compile: MEASURED_SO, stop: { epoch: 2, step: 2 } };
const CHANGED_NAMES = ["val_loss", "val_accuracy", "val_precision", "val_auc_dog", "val_f1_score_dog"];

test("five steps from the tab's state have the tab's losses, with what its callbacks remember", { skip, timeout: 5 * MINUTE }, async (t) => {
  const root = folder(t, {});
  const { epochs } = await exportedRun(await theTabfit(), root, { fit: STEPS, compile: ADAM, stop: { epoch: 3, step: 1 } });
  assert.equal(epochs.length, 8, "EarlyStopping counts on from what it remembers");
  assertEqual(root, epochs, NAMES, 1e-4, await train(root, PYTHON, ["--backend", "tensorflow"]));
  assert.match(await train(root, PYTHON, ["--backend", "tensorflow"]), /A callback ended the run after epoch 8/);
  assert.match(await train(root, PYTHON, ["--backend", "tensorflow", "--hosts", "a:1,b:1"]), /does not work with TensorFlow's strategy for several hosts/);
  rmSync(join(root, "pictures/moved/1"), { recursive: true });
  forget(root);
  assert.match(await train(root, PYTHON, ["--backend", "tensorflow"]), /lacks \d+ of the 46 pictures of the run: pets\/big cat\/10\.png, .* and \d+ more; copy the folder/);
});

test("a run that was stopped inside an epoch goes on with the tab's order, changes of pictures and metrics, also when it is interrupted again", { skip, timeout: 5 * MINUTE }, async (t) => {
  const root = folder(t, {});
  const { epochs } = await exportedRun(await theTabfit(), root, CHANGED);
  await train(root, PYTHON, ["--backend", "tensorflow", "--epochs", "3"]);
  const printed = await train(root, PYTHON, ["--backend", "tensorflow"]);
  assertEqual(root, epochs, CHANGED_NAMES, 1e-4, printed);
  assert.match(printed, /Epoch 4\/5/);
  assert.doesNotMatch(printed, /Epoch 3\/5/);
});

test("a run that has ended is taken along without its temperature, which stays with the network, and trains more epochs", { skip, timeout: 5 * MINUTE }, async (t) => {
  const tabfit = await theTabfit();
  const root = folder(t, {});
  const fit = { epochs: 2, batchSize: 8, validationSplit: 0.25, classWeight: "balanced" };
  const optimizer = { type: "adamw", learningRate: { type: "CosineDecay", initialLearningRate: 0, decaySteps: 30, warmupTarget: 0.01, warmupSteps: 3 }, amsgrad: true };
  const { network, dataset, epochs } = await exportedRun(tabfit, root, { fit, compile: { optimizer }, stop: { epoch: 1, step: 1 } });
  network.setTemperature(1.7);
  writeAll(join(root, "run"), (await tabfit.exportRun(network, dataset)).map(({ name, bytes }) => [name, bytes]));
  assert.equal(network.temperature, 1.7);
  assert.match(await train(root, PYTHON, ["--backend", "tensorflow"]), /The run has ended after epoch 2; --epochs 12 trains ten more/);
  const printed = await train(root, PYTHON, ["--backend", "tensorflow", "--epochs", "4"]);
  assert.match(printed, /was calibrated in the tab/);
  const more = (await network.fit(dataset, { ...fit, initialEpoch: 2, epochs: 4 })).epochs;
  assertEqual(root, [...epochs, ...more], ["loss", "accuracy", "val_loss"], 1e-4, printed);

  const others = tabfit.Dataset.fromArrays({ images: new Uint8Array(4 * 768), labels: [0, 1, 0, 1], classNames: ["big cat", "dog"], imageSize: 16 });
  await assert.rejects(tabfit.exportRun(network, others), { name: "DatasetError", message: /^These are not the pictures that the network was trained on/ });
  await network.fit(others, { epochs: 1 });
  await assert.rejects(tabfit.exportRun(network, others), /came as pixels/);
});

test("two devices, two processes of JAX and TensorFlow's MirroredStrategy have the tab's losses", { skip: skipLong, timeout: 15 * MINUTE }, async (t) => {
  const root = folder(t, {});
  const { epochs } = await exportedRun(await theTabfit(), root, { fit: STEPS, compile: ADAM, stop: { epoch: 3, step: 1 } });
  const twice = { XLA_FLAGS: "--xla_force_host_platform_device_count=2" };
  for (const [python, args, env] of [
    [JAX, ["--backend", "jax"]],
    [JAX, ["--backend", "jax", "--devices", "2"], twice],
    [PYTHON, ["--backend", "tensorflow", "--devices", "2"]],
  ]) {
    forget(root);
    assertEqual(root, epochs, NAMES, 1e-3, await train(root, python, args, env));
  }
  forget(root);
  const hosts = ["--backend", "jax", "--hosts", "localhost:9731,localhost:9732", "--process"];
  const [printed] = await Promise.all(["0", "1"].map((number) => train(root, JAX, [...hosts, number])));
  assertEqual(root, epochs, NAMES, 1e-3, printed);
  const inside = folder(t, {});
  const changed = await exportedRun(await theTabfit(), inside, CHANGED);
  assertEqual(inside, changed.epochs, CHANGED_NAMES, 1e-3, await train(inside, JAX, ["--backend", "jax"]));
  assert.match(await train(root, JAX, ["--backend", "jax", "--devices", "3"], twice), /asks for more devices than the 2 that this machine has/);
});

test("ten thousand pictures need less than 400 MB more than sixty-four", { skip: skipLong, timeout: 30 * MINUTE }, async (t) => {
  const tabfit = await theTabfit();
  const peaks = [];
  for (const count of [64, 10_000]) {
    const root = folder(t, {});
    const layers = [{ type: "Rescaling", scale: 1 / 255 }, { type: "Conv2D", filters: 4, kernelSize: 8, strides: 8 }, { type: "GlobalAveragePooling2D" }, { type: "Dense", units: 2, activation: "softmax" }];
    const fit = { epochs: 2, batchSize: 32, validationSplit: 0.25 };
    await exportedRun(tabfit, root, { fit, compile: ADAM, stop: { epoch: 1, step: 1 }, count, size: 128, layers, resumes: false });
    const printed = await run(PYTHON, ["-c", MEASURED, join(root, "run/train.py"), join(root, "pictures"), "--backend", "tensorflow"], { PYTHONPATH: join(root, "run") });
    peaks.push(Number(/peak (\d+)/.exec(printed)?.[1] ?? assert.fail(printed)));
  }
  const [few = 0, many = 0] = peaks;
  t.diagnostic(`${few} MB for 64 pictures, ${many} MB for 10,000`);
  assert.ok(many - few < 400, `${few} MB and ${many} MB`);
});
