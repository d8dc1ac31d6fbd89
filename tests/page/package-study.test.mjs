/** What a program asks about a trained network: the answers to every picture, a temperature, Grad-CAM, and what is unlike. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";

for (const device of ["cpu", "webgpu"]) {
  test(`a trained network explains its answers on ${device}`, TIMEOUT, async (t) => {
    const page = await withPackage(t, `study-${device}`, undefined, device);
    const seen = await page.evaluate(async (device) => {
      const refusal = (work) => Promise.resolve().then(work).then(() => "", ({ name, message }) => `${name}: ${message}`);
      const pictures = tabfit.Dataset.fromArrays({ ...arrays(3, 16), classNames: ["dark", "light"], imageSize: 8, validation: arrays(3, 6), test: arrays(3, 4) });
      const trainee = await network(device);
      await trainee.fit(pictures, { epochs: 3 });
      const plain = await trainee.evaluate(pictures, "test", { details: true });
      const without = await trainee.evaluate(pictures, "test");
      const parts = trainee.parts(pictures);
      const before = trainee.info;
      await trainee.remember(pictures);
      trainee.setTemperature(2);
      const { details, ...scores } = await trainee.evaluate(pictures, "test", { details: true });
      const pixels = (value) => new Uint8Array(192).fill(value);
      const alone = await trainee.predict(pixels(240));
      const many = await trainee.predict([pixels(10), pixels(240), new Uint8Array(5), pixels(10)]);
      const cam = await trainee.gradCam(pixels(240).map((value, at) => (at % 24 < 12 ? value : 10)), "light");
      const stranger = await refusal(() => trainee.gradCam(pixels(0), "grey"));
      const wrong = await refusal(() => trainee.setTemperature(0));
      const back = await tabfit.Sequential.load(await trainee.save(), device);
      const [again] = await back.predict([pixels(240)]);
      const { temperature, remembers } = back.info;
      await back.fit(pictures, { epochs: 1 });
      const after = [back.temperature, back.info.remembers];
      const array = (values) => values && [...values];
      return {
        parts, scores, stranger, wrong, temperature, remembers, after, again, alone, before: [before.temperature, before.remembers],
        same: JSON.stringify(without) === JSON.stringify({ ...plain, details: undefined }),
        details: { kinds: ["pictures", "labels", "probabilities", "unlike"].map((name) => details[name].constructor.name), pictures: array(details.pictures), labels: array(details.labels), probabilities: array(details.probabilities), unlike: array(details.unlike) },
        cold: array(plain.details.probabilities), none: plain.details.unlike, many,
        cam: { ...cam, values: array(cam.values), kind: cam.values.constructor.name },
      };
    }, device);
    assert.deepEqual(seen.parts, ["training", "validation", "test"]);
    assert.ok(seen.same, "the scores are those without details");
    assert.deepEqual(seen.before, [null, false]);
    assert.deepEqual(seen.details.kinds, ["Uint32Array", "Uint32Array", "Float32Array", "Float32Array"]);
    // The ids count on from the training and the validation pictures, which came before.
    assert.deepEqual([seen.details.pictures, seen.details.labels, seen.none], [[22, 23, 24, 25], [0, 1, 0, 1], null]);
    seen.cold.forEach((probability, at) => {
      const other = seen.cold[at ^ 1];
      const scaled = Math.sqrt(probability) / (Math.sqrt(probability) + Math.sqrt(other));
      assert.ok(Math.abs(seen.details.probabilities[at] - scaled) < 1e-4, `${at}: ${seen.details.probabilities[at]} ${scaled}`);
    });
    assert.equal(seen.scores.images, 4);
    assert.ok(seen.details.unlike.every((unlike) => unlike <= 1), "the test pictures are those of the training");
    assert.deepEqual(seen.many.map(({ error }) => error !== null), [false, false, true, false]);
    assert.match(seen.many[2].error, /8 x 8 RGB or RGBA pixels, not 5 bytes/);
    assert.deepEqual(seen.many[2].predictions, []);
    assert.equal(seen.many[1].predictions[0].className, seen.alone[0].className);
    assert.ok(Math.abs(seen.many[1].predictions[0].probability - seen.alone[0].probability) < 1e-4);
    assert.ok(Math.abs(seen.again.predictions[0].probability - seen.alone[0].probability) < 1e-4);
    assert.equal(typeof seen.again.unlike, "number");
    assert.deepEqual([seen.temperature, seen.remembers, seen.after], [2, true, [null, false]]);
    const { className, layer, rows, columns, values, kind, probability } = seen.cam;
    assert.deepEqual([className, kind, values.length], ["light", "Float32Array", rows * columns]);
    assert.ok(rows * columns > 1 && layer.length > 0 && probability >= 0 && probability <= 1);
    assert.ok(values.every((value) => value >= 0 && value <= 1) && Math.max(...values, 0) <= 1);
    assert.equal(seen.stranger, 'ConfigError: className is "grey", which is none of dark, light.');
    assert.match(seen.wrong, /^ConfigError: temperature must be a number from 0\.01 to 100/);
  });
}
