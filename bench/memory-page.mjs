/** The memory of the page after many fits and after other folders: the second half of memory.mjs. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { shapes } from "../tests/page/fixtures.mjs";
import { wasmMegabytes } from "../tests/page/wasm-memory.mjs";

/** The flag of a browser whose pages can collect their garbage. */
export const COLLECTS = "--js-flags=--expose-gc";
const [EARLY, LAST] = [5, 30];
/** How much more there may be after the last fit than after the early one, and after a third folder than after the second. */
const MOST = 1.1;
const SIDE = 224;
const EACH = 300;

/**
 * @param {import("./browser.mjs").Browser} browser started with COLLECTS
 * @param {() => number} megabytesOfTab what the tab's process has now
 * @returns {Promise<boolean>} whether nothing grows
 */
export async function measurePage(browser, megabytesOfTab) {
  const folder = mkdtempSync(join(tmpdir(), "tabfit-bench-"));
  const realm = await browser.open("page");
  try {
    const files = Object.entries(shapes({ each: EACH }));
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { page } = realm;
    const say = async (when) => {
      for (const place of [page, ...page.workers()]) await place.evaluate(() => globalThis.gc()); // otherwise chance decides when
      const [wasm, tab] = [await wasmMegabytes(page), megabytesOfTab()];
      console.log(`${when}: ${tab} MB in the tab, ${wasm.toFixed(1)} MB of it the wasm's memory`);
      return { wasm, tab };
    };
    const pick = () => realm.reached("ready", () => page.setInputFiles("#folder-input", folder));
    await page.locator("#preset option[value=small]").waitFor({ state: "attached" });
    await realm.fill({ "image-size": 64, device: "cpu", preset: "small", epochs: 1, "steps-per-epoch": 4 });
    await pick();
    const fits = [];
    for (let fit = 1; fit <= LAST; fit++) {
      await realm.reached("done", () => page.click("#fit"));
      if (fit === EARLY || fit === LAST) fits.push(await say(`after ${fit} fits`));
    }
    await realm.fill({ "image-size": SIDE });
    const size = (files.length * SIDE * SIDE * 3) / 1e6;
    const folders = [];
    for (const which of ["one", "another one", "a third"]) {
      await pick();
      await realm.reached("done", () => page.click("#fit"));
      folders.push(await say(`trained on a folder of ${Math.round(size)} MB of pixels, ${which}`));
    }
    return fits.every(({ tab, wasm }) => tab <= MOST * fits[0].tab && wasm <= MOST * fits[0].wasm) && folders[2].wasm <= MOST * folders[1].wasm;
  } finally {
    await realm.close();
    rmSync(folder, { recursive: true });
  }
}
