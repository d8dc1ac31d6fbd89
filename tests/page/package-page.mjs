/** The package of `wasm-pack build --target web` in a tab, as a web developer would use it, without tabfit's own page. */

import assert from "node:assert/strict";
import { after } from "node:test";
import { launch, ROOT, watch } from "./chromium.mjs";
import { serve } from "./server.mjs";

export const MINUTES = 60_000;
export const TIMEOUT = { timeout: 5 * MINUTES };

const server = await serve({ "/": ROOT });
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

/** Opens an example in a tab. After the test, any error in its console fails it. */
export async function open(t, example, log, within = browser) {
  const page = await within.newPage();
  const problems = watch(page, `package-${log}`);
  t.after(async () => {
    await page.close();
    assert.deepEqual(problems, [], "the console shows problems");
  });
  await page.goto(`${server.url}examples/web/${example}`);
  return page;
}

/** Opens a tab whose global `tabfit` is the package, with the part of it for a device. */
export async function withPackage(t, log, within, device = "auto") {
  const page = await open(t, "folder.html", log, within);
  await page.evaluate(async ({ url, device }) => {
    globalThis.tabfit = await import(url);
    globalThis.loaded = await tabfit.default({ device });
    /** Pictures of 8 x 8, alternately dark and light. */
    globalThis.arrays = (channels = 3, count = 8) => ({
      images: new Uint8Array(count * 64 * channels).map((_, i) => (Math.floor(i / (64 * channels)) % 2 ? 240 : 10)),
      labels: Array.from({ length: count }, (_, i) => i % 2),
    });
    globalThis.dataset = () =>
      tabfit.Dataset.fromArrays({ ...arrays(), classNames: ["dark", "light"], imageSize: 8, test: arrays() });
    globalThis.network = async (device = "cpu") => tabfit.Sequential.create("small", dataset(), device);
  }, { url: `${server.url}pkg/tabfit.js`, device });
  return page;
}
