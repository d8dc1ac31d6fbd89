/** What the bench makes of what its contenders answer, without a browser and without a clock. */

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Browser } from "../../bench/browser.mjs";
import { CASES, CONTENDERS } from "../../bench/contenders.mjs";
import { cpuReport } from "../../bench/cpu-report.mjs";
import { COMPARED, effort } from "../../bench/effort.mjs";
import { adapterOf } from "../../bench/host.mjs";
import { findKeras } from "../../bench/keras-realm.mjs";
import { markdown } from "../../bench/markdown.mjs";
import { measureCase } from "../../bench/measure.mjs";
import { PageRealm } from "../../bench/page-realm.mjs";
import { PartsRealm } from "../../bench/parts-realm.mjs";
import { within } from "../../bench/patience.mjs";
import { flopsOf, KERNELS, products } from "../../bench/products.mjs";
import { ratio } from "../../bench/ratio.mjs";
import { FACTOR, LANES, MORE, simdModule } from "../../bench/simd.js";
import { ROOT, SOFTWARE_GPU } from "./chromium.mjs";

const conv = (filters, kernelSize, more = {}) => ({ type: "Conv2D", filters, kernelSize, padding: "same", ...more });
const POOL = { type: "MaxPooling2D", poolSize: 2, padding: "valid" };
/** The preset `bench`. */
const LAYERS = [
  { type: "Rescaling" }, conv(32, 3), conv(32, 3), POOL, conv(64, 3), POOL, conv(128, 3), POOL,
  { type: "Flatten" }, { type: "Dense", units: 256 }, { type: "Dense", units: 4 },
];
const SIZE = { ...CASES.find(({ name }) => name === "64x32"), layers: LAYERS };
const PEAKS = { gpu: 1e12, thread: 50e9 };
const NAMES = ["contender", "case", "ms_per_step", "spread", "dispatches", "submits", "bind_groups", "bytes", "calls", "error", "threads", "gflops", "of_peak"];

/** A host whose contenders take so many milliseconds a step, by their script. */
function pretended(contenders) {
  const asked = [];
  const open = async (script) => {
    const { ms, device, losses = [1.4, 1.3], dispatches = 0 } = contenders[script];
    return {
      async ask(command, settings) {
        asked.push({ script, command, settings });
        if (command === "open") return { device: { ...device } };
        if (command === "check") return { losses, firstStepMs: 10, lastStepMs: ms };
        const { steps } = settings;
        return { ms: ms * steps, counts: { dispatches: dispatches * steps, submits: 0, bindGroups: 0, bytes: 0, reads: 0, calls: 0 } };
      },
      async close() {},
    };
  };
  return { asked, host: { name: "nowhere", adapter: null, open, close: async () => {} } };
}

const measured = (host, lines, how = effort(true)) =>
  measureCase({ host, inputs: "", peaks: PEAKS, effort: how, deadline: Infinity }, lines.map((line) => ({ skip: null, ...line })), SIZE);

const cpu = (script, more = {}) => ({ line: { name: script, script, device: "cpu", ...more } });

test("the module of the processor's peak multiplies and adds what it says", async () => {
  for (const [sums, times] of [[1, 1], [4, 3], [13, 37], [24, 20]]) {
    const { instance } = await WebAssembly.instantiate(simdModule(sums, times, false));
    const fused = simdModule(sums, times, true);
    const other = WebAssembly.validate(fused) ? await WebAssembly.instantiate(fused) : null; // Node 20 does not know relaxed SIMD
    for (const turns of [1, 5]) {
      const [factor, more] = [Math.fround(FACTOR), Math.fround(MORE)];
      let expected = null;
      for (let i = 0; i < sums; i++) {
        let one = i;
        for (let step = 0; step < turns * times; step++) one = Math.fround(Math.fround(one * factor) + more);
        expected = expected === null ? one : Math.fround(expected + one);
      }
      assert.equal(instance.exports.run(turns), expected, `${sums} sums, ${times} times, ${turns} turns`);
      const once = other?.instance.exports.run(turns) ?? expected;
      assert.ok(Math.abs(once - expected) <= 1e-5 * Math.abs(expected), `${once} and ${expected}`);
    }
  }
  assert.equal(LANES, 4);
});

test("a row says how many threads it had, and what share of their peak it reached", async () => {
  const { host } = pretended({
    one: { ms: 300, device: { name: "CPU", fallback: false } },
    two: { ms: 200, device: { name: "CPU, 2 threads", fallback: false, threads: 2 } },
    gpu: { ms: 20, device: { name: "a GPU", fallback: false }, dispatches: 49 },
    other: { ms: 20, device: { name: "CPU", fallback: false }, losses: [1.4, 1.4] },
  });
  const [one, two, gpu, other] = await measured(host, [cpu("one"), cpu("two"), { line: { name: "gpu", script: "gpu", device: "webgpu" } }, cpu("other")]);

  const flops = flopsOf(SIZE);
  for (const [row, seconds, threads, peak] of [[one, 0.3, 1, PEAKS.thread], [two, 0.2, 2, 2 * PEAKS.thread], [gpu, 0.02, null, PEAKS.gpu]]) {
    for (const name of NAMES) assert.ok(name in row, name);
    assert.equal(row.error, null);
    assert.equal(row.threads, threads);
    assert.ok(Math.abs(row.gflops / (flops / seconds / 1e9) - 1) < 1e-3);
    assert.ok(Math.abs(row.of_peak / (flops / seconds / peak) - 1) < 1e-3);
    assert.deepEqual(row.device, { name: row.device.name, fallback: false });
  }
  assert.equal(gpu.dispatches, 49);
  assert.match(other.error, /the losses disagree: 1.40000 in step 2, not 1.30000/);
  assert.equal(other.ms_per_step, null);
});

test("the operations of a step are those of its layers", () => {
  assert.equal(flopsOf(SIZE), 15_351_349_248);
  const depthwise = { type: "DepthwiseConv2D", kernelSize: 5, strides: 2, padding: "same", depthMultiplier: 1 };
  const residual = { type: "Residual", layers: [conv(8, 3, { strides: 2 }), { type: "ReLU" }, conv(8, 3)], shortcut: [conv(8, 1, { strides: 2 })] };
  const layers = [conv(4, 3, { padding: "valid" }), depthwise, { type: "BatchNormalization" }, residual, { type: "GlobalAveragePooling2D" }, { type: "Dense", units: 2 }];
  const { forward, inputGradients, weightGradients } = products({ name: "", imageSize: 11, batchSize: 2, layers });
  const expected = [
    ["conv1, 3 to 4", 9 * 9 * 3 * 3 * 3 * 4], // 11 pixels give 9, these 5, and these 3
    ["depthwise1, 4 to 4", 5 * 5 * 5 * 5 * 4],
    ["conv2, 4 to 8", 3 * 3 * 4 * 8],
    ["conv3, 4 to 8", 3 * 3 * 3 * 3 * 4 * 8],
    ["conv4, 8 to 8", 3 * 3 * 3 * 3 * 8 * 8],
    ["dense1, 8 to 2", 8 * 2],
  ];
  assert.deepEqual(forward, expected.map(([layer, multiplications]) => ({ layer, flops: 2 * 2 * Number(multiplications) })));
  assert.deepEqual(weightGradients, forward.toReversed());
  assert.deepEqual(inputGradients, weightGradients.slice(0, -1));
});

test("alone, the processor's contenders take turns for seven rounds of five seconds", async () => {
  const { host, asked } = pretended({ a: { ms: 40, device: { name: "CPU", fallback: false } }, b: { ms: 900, device: { name: "CPU", fallback: false } } });
  const rows = await measured(host, [cpu("a"), cpu("b")], COMPARED);
  assert.deepEqual(rows.map(({ rounds }) => rounds), [7, 7]);

  const turns = [];
  for (const { script, settings } of asked.filter(({ command, settings: { steps } }) => command === "round" && steps > 1)) {
    const ms = settings.steps * (script === "a" ? 40 : 900);
    if (turns.at(-1)?.script === script) turns.at(-1).ms += ms;
    else turns.push({ script, ms });
  }
  assert.equal(turns.map(({ script }) => script).join(""), "ab".repeat(7));
  for (const { ms } of turns) assert.ok(ms >= 5000, `a round of ${ms} ms`);
});

test("where the browser's adapter never answers, or is software, the bench goes on with SwiftShader", async () => {
  const software = { name: "SwiftShader", fallback: true };
  for (const [first, started] of [["silent", 2], [{ name: "llvmpipe", fallback: true }, 2], [{ name: "a GPU", fallback: false }, 1]]) {
    /** @type {{ flags: string[], waited: number[], closed: number }[]} */
    const browsers = [];
    const start = async (flags) => {
      const browser = { flags, waited: [], closed: 0 };
      browsers.push(browser);
      const device = browsers.length > 1 ? software : first;
      const ask = async (command, _, ms) => {
        if (command === "ready") return null;
        browser.waited.push(ms);
        return device === "silent" ? within(1, new Promise(() => {})) : { device };
      };
      const adapter = await adapterOf({ name: "a stand-in", open: async () => ({ ask, close: async () => {} }) });
      return { adapter, close: async () => void browser.closed++ };
    };
    const opened = await Browser.open("http://nowhere/", ["--further"], start);
    assert.equal(browsers.length, started);
    assert.deepEqual(opened.adapter, started > 1 ? software : first);
    assert.deepEqual(browsers.map(({ closed }) => closed), started > 1 ? [1, 0] : [0]);
    assert.deepEqual(browsers[0].waited, [5000]);
    const uses = browsers.map(({ flags }) => SOFTWARE_GPU.every((flag) => flags.includes(flag)) && flags.includes("--further"));
    assert.deepEqual(uses, started > 1 ? [false, true] : [false]);
  }
});

test("a contender that cannot be opened in time is skipped, and the others have a round", async () => {
  const { host } = pretended({ a: { ms: 40, device: { name: "CPU", fallback: false } } });
  const lines = [cpu("a"), cpu("late")].map((line) => ({ skip: null, ...line }));
  const open = async (script) => {
    run.lastOpening = 0;
    return host.open(script);
  };
  const run = { host: { ...host, open }, inputs: "", peaks: PEAKS, effort: effort(true), deadline: 0, lastOpening: Infinity };
  const [first, late] = await measureCase(run, lines, SIZE);
  assert.deepEqual([first.ms_per_step, first.rounds], [40, 1]);
  assert.deepEqual([late.error, late.skipped], ["skipped: no time was left", true]);
});

test("parts of a batch are trained side by side, and must agree with each other", async () => {
  const { host, asked } = pretended({ part: { ms: 100, device: { name: "CPU", fallback: false } } });
  const parts = await PartsRealm.open(host, "part", 2);
  const { device } = await parts.ask("open", { batchSize: 32 }, 1);
  assert.equal(device.threads, 2);
  assert.deepEqual(asked.map(({ settings }) => settings.batchSize), [16, 16]);
  assert.deepEqual((await parts.ask("check", { most: 2 }, 1)).expected, [1.4, 1.3]);
  assert.equal((await parts.ask("round", { steps: 5 }, 1)).ms, 500);

  // 2 trainers of half a batch: one of them needs 100 ms for a half, the other 300, so that 8 halves take 600 ms.
  assert.ok(Math.abs(parts.round([{ ms: 100 }, { ms: 300 }]).ms - 150) < 1e-9);
  const answer = (losses) => ({ losses, firstStepMs: 1, lastStepMs: 1 });
  assert.throws(() => parts.check([answer([1.4, 1.3]), answer([1.4, 1.2])]), /the parts disagree: 1.2 in step 2, not 1.3/);
});

test("the ratio of two contenders is that of their medians, between those of single rounds", () => {
  const row = { ms_per_step: 200, times: [100, 200, 300] };
  const other = { ms_per_step: 100, times: [100, 100, 75] };
  assert.deepEqual(ratio(row, other), { ratio: 2, fastest: 1.333, least: 1, most: 4 });
  assert.equal(ratio(row, { ms_per_step: null, times: null }), null);
});

test("the report of the processor alone has both ratios, what threads reach, and why something is missing", () => {
  const row = (contender, ms, threads) => ({
    contender, case: "64x32", ms_per_step: ms, times: [ms, ms], spread: 0, images_per_second: 32000 / ms, threads, gflops: 50, of_peak: 0.9, checked: 10, deviation: 0,
    rounds: 7, device: { name: "CPU", fallback: false }, error: null,
  });
  const all = [
    row("tabfit-cpu", 300, 1), row("tabfit-cpu, all threads", 160, 2), row("keras-native", 100, 2), row("keras-native, one thread", 200, 1),
    row("tabfit-cpu, plain SIMD", 400, 1), row("tabfit-cpu, 2 independent parts", 152, 2),
  ];
  all[2].ways = { "train_on_batch": 101, "tf.function": 99.91 };
  const about = { date: "2026-11-29", machine: "a processor", cores: 2, host: "a browser", thread_peak_gflops: 50, cores_of_others: [0, 1], versions: { tabfit: "1" } };
  const text = cpuReport({ ...about, rows: all });
  assert.match(text, /all threads, tabfit \/ Keras: 1\.60 times/);
  assert.match(text, /one thread, tabfit \/ Keras: 1\.50 times/);
  assert.match(text, /one thread, relaxed \/ plain SIMD: 0\.75 times/);
  assert.match(text, /threads: 200 images\/s; 2 trainers side by side, .*: 211; threads reach 0\.95 of them/);

  assert.match(text, /keras-native tried, .*: train_on_batch 101 ms; tf\.function 99\.9 ms/);

  const missing = { ms_per_step: null, times: null, ways: null, error: "skipped: there is no python3", skipped: true };
  const without = cpuReport({ ...about, rows: all.map((one) => (one.contender.startsWith("keras") ? { ...one, ...missing } : one)) });
  assert.match(without, /all threads, tabfit \/ Keras: not measured/);
  assert.match(without, /64x32 skipped: there is no python3: keras-native; keras-native, one thread/);
});

test("without Python or Keras there is a reason, and the table has the others", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tabfit-bench-test-"));
  const without = join(folder, "python");
  writeFileSync(without, "#!/bin/sh\necho \"ModuleNotFoundError: No module named 'keras'\" >&2\nexit 1\n");
  chmodSync(without, 0o755);
  const found = (environment) => {
    const before = { ...process.env };
    Object.assign(process.env, environment);
    try {
      return findKeras();
    } finally {
      for (const name of Object.keys(environment)) {
        if (name in before) process.env[name] = before[name];
        else delete process.env[name];
      }
    }
  };
  assert.match(found({ ROUNDTRIP_PYTHON: join(folder, "nothing") }).missing, /nothing does not run \(.*ENOENT/);
  assert.match(found({ ROUNDTRIP_PYTHON: without }).missing, /has no Keras with TensorFlow \(ModuleNotFoundError: No module named 'keras'\)/);
  assert.equal(found({ KERAS_MISSING: "there is no python3" }).missing, "there is no python3");

  const { host } = pretended({ one: { ms: 300, device: { name: "CPU", fallback: false } } });
  const keras = CONTENDERS.filter(({ script }) => script === "keras").map((line) => ({ line, skip: "skipped: there is no python3" }));
  assert.deepEqual(keras.map(({ line }) => line.name), ["keras-native", "keras-native, one thread"]);
  const rows = await measured(host, [cpu("one"), ...keras]);
  const about = {
    date: "2026-11-29", machine: "a processor", cores: 2, browser: "a browser", peak_gflops: null, thread_peak_gflops: 50,
    versions: { tabfit: "1" }, quick: true, wasm: [], rows,
  };
  const text = markdown({ ...about, adapter: null });
  assert.match(text, /\| one \| 64x32 \| CPU \| 300 \|/);
  assert.match(text, /64x32 skipped: there is no python3: keras-native; keras-native, one thread/);

  const said = /^This table was not measured on a GPU, because none was found\.$/m;
  assert.match(text, said);
  assert.match(markdown({ ...about, adapter: { name: "SwiftShader", fallback: true } }), said);
  assert.doesNotMatch(markdown({ ...about, adapter: { name: "a GPU", fallback: false } }), said);
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  assert.equal(said.test(readme), /^WebGPU adapter: .*a software adapter/m.test(readme), "the README says it of its table in the same words");
});

test("the kernels by which a step is taken apart are called so in the sources", () => {
  const folder = join(ROOT, "src/kernels/gpu");
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  for (const name of [KERNELS.first, "convolution", "partial"]) assert.match(sources, new RegExp(`#\\[cube\\(launch[^\\]]*\\]\\s+fn ${name}\\b`), name);
});

test("an epoch of the page in which the pictures end early is not taken for a fast one", async () => {
  const realm = new PageRealm(null, null, null);
  realm.fit = async () => [{ type: "batch", step: 1, steps: 20 }, { type: "epoch", seconds: 2 }];
  const { ms } = await realm.round({ steps: 30 });
  assert.equal(ms, 3000, "20 steps took 2 seconds, so that 30 would have taken 3");
});
