/** What `predict` and the like take for a picture, in a page and in its workers. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";
import { png } from "./png.mjs";

/** A picture of another shape than the network's; with a fourth channel, partly transparent. */
const picture = (width, height, channels = 3) =>
  [...png({ width, height, channels, value: (x, y, channel) => (channel === 3 ? (x * 40 + 55) % 256 : (x * 7 + y * (11 + channel) * 3) % 256) })];

/** What a network makes of one file, and of everything that a browser can draw of it. */
async function answersOf(bytes) {
  const file = new Blob([new Uint8Array(bytes)], { type: "image/png" });
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const kinds = { buffer: await file.arrayBuffer(), bitmap };
  kinds.offscreen = new OffscreenCanvas(width, height);
  const context = kinds.offscreen.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  kinds.data = context.getImageData(0, 0, width, height);
  kinds.frame = new VideoFrame(bitmap, { timestamp: 0 });
  if (globalThis.document) {
    kinds.canvas = Object.assign(document.createElement("canvas"), { width, height });
    kinds.canvas.getContext("2d").drawImage(bitmap, 0, 0);
    kinds.image = Object.assign(new Image(), { src: URL.createObjectURL(file) });
    await kinds.image.decode();
  }
  const trainee = await tabfit.Sequential.create("small", { imageSize: 8, classNames: ["dark", "light"] }, "cpu", 5);
  const ofFile = await trainee.predict(file);
  const answers = {};
  for (const [kind, one] of Object.entries(kinds)) answers[kind] = await trainee.predict(one);
  const [alone, ...many] = await trainee.predict([file, ...Object.values(kinds)]);
  const maps = [];
  for (const one of [file, bitmap]) maps.push([...(await trainee.gradCam(one, "dark")).values]);
  const inside = await trainee.inside(kinds.offscreen);
  kinds.frame.close(); // warns if the network had closed it
  return { ofFile, answers, alone, many, maps, layers: inside.layers.length, kept: bitmap.width === width };
}

const KINDS = ["buffer", "bitmap", "offscreen", "data", "frame"];

function check({ ofFile, answers, alone, many, maps, layers, kept }, kinds) {
  assert.deepEqual(Object.keys(answers), kinds);
  for (const [kind, answer] of Object.entries(answers)) assert.deepEqual(answer, ofFile, kind);
  assert.equal(many.length, kinds.length);
  for (const answer of many) assert.deepEqual(answer, alone);
  assert.deepEqual(maps[1], maps[0]);
  assert.ok(layers > 2);
  assert.ok(kept, "a bitmap stays the caller's, who closes it");
}

for (const [name, width, height] of [["small", 21, 13], ["large", 1500, 900]]) {
  test(`whatever a page can draw of a ${name} picture gives what its file gives, alone and among many`, TIMEOUT, async (t) => {
    const page = await withPackage(t, `drawn-${name}`, undefined, "cpu");
    check(await page.evaluate(answersOf, picture(width, height)), [...KINDS, "canvas", "image"]);
  });
}

test("the frame that a video shows gives what a canvas of it gives", TIMEOUT, async (t) => {
  const page = await withPackage(t, "video", undefined, "cpu");
  const { video, canvas, other, many, size } = await page.evaluate(async () => {
    const source = Object.assign(document.createElement("canvas"), { width: 32, height: 24 });
    const context = source.getContext("2d");
    const paint = () => {
      for (const [x, colour] of ["#e04020", "#20c040", "#3060f0", "#f0f040"].entries()) {
        context.fillStyle = colour;
        context.fillRect(x * 8, 0, 8, 24);
      }
    };
    paint();
    const shown = Object.assign(document.createElement("video"), { muted: true, srcObject: source.captureStream(30) });
    const painting = setInterval(paint, 20);
    await shown.play();
    await new Promise((resolve) => shown.requestVideoFrameCallback(resolve));
    shown.pause();
    clearInterval(painting);
    const { videoWidth: width, videoHeight: height } = shown;
    const still = Object.assign(document.createElement("canvas"), { width, height });
    still.getContext("2d").drawImage(shown, 0, 0);
    const trainee = await tabfit.Sequential.create("small", { imageSize: 8, classNames: ["dark", "light"] }, "cpu", 5);
    const [video, canvas, other] = [await trainee.predict(shown), await trainee.predict(still), await trainee.predict(new ImageData(32, 24))];
    return { video, canvas, other, many: await trainee.predict([shown, still]), size: [width, height] };
  });
  assert.deepEqual(size, [32, 24]);
  assert.deepEqual(video, canvas);
  assert.notDeepEqual(video, other, "the frame is not empty");
  assert.deepEqual(many[0], many[1]);
});

test("a worker takes the same, but for what only a page has", TIMEOUT, async (t) => {
  const page = await withPackage(t, "drawn-in-a-worker", undefined, "cpu");
  const answers = await page.evaluate(async ({ code, bytes }) => {
    const script = `import init, * as tabfit from "${new URL("/pkg/tabfit.js", location.href)}";
      globalThis.tabfit = tabfit;
      self.onmessage = ({ data }) => init({ device: "cpu" }).then(() => (${code})(data)).then(postMessage);`;
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
    worker.postMessage(bytes);
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  }, { code: String(answersOf), bytes: picture(30, 17) });
  check(answers, KINDS);
});

test("transparent pictures lie over black, and what is no picture is refused by a sentence", TIMEOUT, async (t) => {
  const page = await withPackage(t, "no-pictures", undefined, "cpu");
  const { file, bitmap, refused, many } = await page.evaluate(async (bytes) => {
    const file = new Blob([new Uint8Array(bytes)]);
    const trainee = await network();
    const open = await createImageBitmap(file);
    const closed = await createImageBitmap(file);
    closed.close();
    const wrong = [closed, new OffscreenCanvas(0, 0), {}, "cat.png", null, new ArrayBuffer(9), new Uint8Array(9)];
    const refused = [];
    for (const one of wrong) refused.push(await trainee.predict(one).catch(({ name, message }) => `${name}: ${message}`));
    const many = await trainee.predict([closed, open]);
    return { file: await trainee.predict(file), bitmap: await trainee.predict(open), refused, many: many.map(({ error }) => error) };
  }, picture(8, 8, 4));
  assert.deepEqual(bitmap, file);
  const [closed, empty, object, text, nothing, words, few] = refused;
  for (const sentence of [closed, empty]) assert.match(sentence, /^DatasetError: This picture could not be drawn: it is empty, closed or of another site/);
  for (const sentence of [object, text, nothing]) assert.match(sentence, /^DatasetError: A picture is a File, a Blob, an ArrayBuffer/);
  assert.match(words, /^DatasetError: This file is not a picture/);
  assert.match(few, /^DatasetError: A picture for this network is 8 x 8 RGB or RGBA pixels, not 9 bytes; give the bytes of a file as an ArrayBuffer/);
  assert.match(many[0], /could not be drawn/);
  assert.equal(many[1], null);
});
