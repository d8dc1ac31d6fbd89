/** A run of the package that Keras goes on with: from the same state it has the same numbers. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ROOT } from "./chromium.mjs";
import { folder } from "./fixtures.mjs";
import { exportedRun } from "./handover-run.mjs";

const TIMEOUT = 5 * 60_000;
const PYTHON = process.env.ROUNDTRIP_PYTHON ?? join(ROOT, "target/roundtrip-venv/bin/python");
const SKIP = !existsSync(PYTHON) && "there is no Python with Keras; tests/roundtrip/run.sh makes one";
const QUIET = { TF_CPP_MIN_LOG_LEVEL: "3", TF_ENABLE_ONEDNN_OPTS: "0", CUDA_VISIBLE_DEVICES: "-1" };

/** Runs `train.py` of an exported run. @returns {Promise<string>} what it printed, also if it failed */
async function train(root, args = [], env = {}) {
  const command = [join(root, "run/train.py"), join(root, "pictures"), "--backend", "tensorflow", ...args];
  const { stdout, stderr, code = 0 } = await promisify(execFile)(PYTHON, command, { env: { ...process.env, ...QUIET, ...env } }).catch((error) => error);
  return `${stdout}${stderr}${code ? `exit ${code}` : ""}`;
}

/** The rows of `history.csv` by their epoch, counted from 1. */
function history(root) {
  const [names, ...rows] = readFileSync(join(root, "run/results/history.csv"), "utf8").trim().split(/\r?\n/).map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i], Number(value) + (names[i] === "epoch" ? 1 : 0)])));
}

const theTabfit = async () => {
  const tabfit = await import(join(ROOT, "pkg/node.js"));
  await tabfit.default({ device: "cpu" });
  return tabfit;
};

function assertEqual(actual, expected, names, tolerance) {
  assert.deepEqual(actual.map(({ epoch }) => epoch), expected.map(({ epoch }) => epoch));
  for (const [i, record] of expected.entries()) {
    for (const name of names) {
      assert.ok(Math.abs(actual[i][name] - record[name]) <= tolerance, `${name} of epoch ${record.epoch}: ${actual[i][name]} is not ${record[name]}`);
    }
  }
}

test("each step from the tab's state has the tab's loss, with what the callbacks remember and the weights of the classes", { skip: SKIP, timeout: TIMEOUT }, async (t) => {
  const root = folder(t, {});
  const callbacks = [
    { type: "ReduceLROnPlateau", monitor: "loss", patience: 2, factor: 0.5, minDelta: 10 },
    { type: "EarlyStopping", monitor: "val_loss", patience: 5, minDelta: 10, restoreBestWeights: true },
  ];
  // An epoch is a step.
  const fit = { epochs: 12, batchSize: 8, stepsPerEpoch: 1, validationSplit: 0.25, seed: 5, classWeight: { dog: 2 }, callbacks };
  const { epochs } = await exportedRun(await theTabfit(), root, { fit, compile: { optimizer: { type: "adam", learningRate: 0.01 }, metrics: ["f1_score"] }, stop: { epoch: 3, step: 1 } });
  const printed = await train(root);
  assert.match(printed, /model\.keras .* tabfit opens both/, printed);
  assert.equal(epochs.length, 6, "EarlyStopping counts on from what it remembered");
  assertEqual(history(root), epochs, ["loss", "val_loss", "learning_rate", "accuracy"], 1e-4);
});
