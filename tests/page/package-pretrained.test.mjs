/** Networks of the package that have learnt before: where their weights come from, and files that cannot be used. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";

test("what a network has learnt comes from beside the package, an address, or bytes", TIMEOUT, async (t) => {
  const page = await withPackage(t, "pretrained");
  const { answers, progress, learning, another } = await page.evaluate(async () => {
    const { Dataset, preset, Sequential } = tabfit;
    const pictures = { imageSize: 32, classNames: ["dark", "light"] };
    const url = new URL("../../pretrained/efficientnet-lite0.safetensors", location.href);
    const bytes = await (await fetch(url)).arrayBuffer();
    const progress = [];
    const onProgress = (loaded, total) => progress.push([loaded, total]);
    const made = [
      { device: "cpu", onProgress }, { device: "cpu", weights: url }, { device: "cpu", weights: String(url), seed: 1 },
      { weights: bytes }, { weights: new Uint8Array(bytes) }, { weights: new Blob([bytes]) },
    ];
    const answers = [];
    const picture = new Uint8Array(32 * 32 * 3).map((_, i) => (i * 31) % 256);
    for (const options of made) answers.push(await (await Sequential.create("efficientnet-lite0", pictures, options)).predict(picture));
    // Written-out layers of the same names get the same weights.
    const config = preset("efficientnet-lite0", 32, 2);
    answers.push(await (await Sequential.create(config, pictures.classNames, { device: "cpu", weights: bytes })).predict(picture));
    const random = await (await Sequential.create(config, pictures.classNames, "cpu")).predict(picture);
    const network = await Sequential.create("efficientnet-lite0", pictures);
    const images = new Uint8Array(8 * 32 * 32 * 3).map((_, i) => (Math.floor(i / 3072) % 2 ? 240 : 10));
    const dataset = Dataset.fromArrays({ images, labels: [0, 1, 0, 1, 0, 1, 0, 1], ...pictures });
    await network.fit(dataset, { epochs: 1 });
    const learning = network.info.summary.layers.filter(({ trainable }) => trainable > 0).map(({ name }) => name);
    return { answers, progress, learning, another: random };
  });
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.notDeepEqual(another, answers[0]);
  assert.ok(progress.length > 1);
  assert.deepEqual(progress.at(-1), [7_016_736, null], "the server of this test does not say how long a file is");
  assert.deepEqual(learning, ["dense"]);
});

test("weights that cannot be loaded, or are of another network, are refused in words", TIMEOUT, async (t) => {
  const page = await withPackage(t, "pretrained-refused");
  const said = await page.evaluate(async () => {
    const pictures = { imageSize: 32, classNames: ["dark", "light"] };
    const url = new URL("../../pretrained/efficientnet-lite0.safetensors", location.href);
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const create = (name, options) => tabfit.Sequential.create(name, pictures, options).then(() => "no error", ({ name, message }) => `${name}: ${message}`);
    return {
      cut: await create("efficientnet-lite0", { weights: bytes.slice(0, 1000) }),
      other: await create("small", { weights: bytes }),
      number: await create("efficientnet-lite0", { weights: 7 }),
      misspelt: await create("efficientnet-lite0", { weight: bytes }),
      device: await create("small", { device: "gpu" }),
      none: await create("efficientnet-lite0", { weights: "http://" }),
    };
  });
  assert.match(said.cut, /^ModelFileError: This file of pretrained weights is cut off/);
  assert.match(said.other, /^ModelFileError: .*belongs to efficientnet-lite0 and not to this network: it lacks the weight conv2d\/kernel\.$/);
  assert.match(said.number, /^ModelFileError: .*could not be loaded \(weights must be a URL, an ArrayBuffer, a Uint8Array or a Blob\); try again/);
  assert.match(said.misspelt, /^ConfigError: create is not understood: unknown field `weight`/);
  assert.match(said.device, /^ConfigError: create is not understood: unknown variant `gpu`/);
  assert.match(said.none, /^ModelFileError: The pretrained weights of efficientnet-lite0 could not be loaded \(.+\); try again, or start from another network\.$/);
});

test("a network that knows ImageNet answers on WebGPU as on the processor", TIMEOUT, async (t) => {
  const page = await withPackage(t, "pretrained-gpu", undefined, "webgpu");
  const { largest, answers } = await page.evaluate(async () => {
    const size = 64;
    const waves = (index) => new Uint8Array(size * size * 3).map((_, i) => 255 * Math.abs(Math.sin(i * (index + 1) * 0.003) * Math.cos(i * 0.0007)));
    const pictures = Array.from({ length: 16 }, (_, index) => waves(index));
    const answers = { cpu: [], webgpu: [] };
    for (const device of ["cpu", "webgpu"]) {
      const network = await tabfit.Sequential.create("efficientnet-lite0", { imageSize: size, classNames: ["a", "b", "c"] }, { device, seed: 2 });
      for (const picture of pictures) {
        const answer = Object.fromEntries((await network.predict(picture)).map(({ className, probability }) => [className, probability]));
        answers[device].push(answer.a, answer.b, answer.c);
      }
    }
    return { largest: Math.max(...answers.cpu.map((value, i) => Math.abs(value - answers.webgpu[i]))), answers: answers.cpu };
  });
  t.diagnostic(`the largest difference is ${largest}`);
  assert.equal(answers.length, 48);
  assert.ok(new Set(answers).size > 40, "the pictures differ");
  assert.ok(largest < 1e-5, `${largest}`);
});
