/** The memory of the program in a tab of the page. */

/**
 * Megabytes that the trainer worker and each of its helpers have taken from the browser. They give nothing back.
 *
 * @param {import("playwright-core").Page} page
 * @param {"cpu" | "webgpu"} [part] of the program, which runs there
 */
export async function wasmMegabytesByThread(page, part = "cpu") {
  const bytes = await Promise.all(page.workers().map((worker) => worker.evaluate(async (part) => {
    const { default: init } = await import(`/${part}/tabfit.js`);
    return (await init()).memory.buffer.byteLength; // it runs already, so this only returns what it exports
  }, part)));
  return bytes.map((some) => some / 1e6);
}

/** The same, all together. @param {import("playwright-core").Page} page @param {"cpu" | "webgpu"} [part] */
export async function wasmMegabytes(page, part = "cpu") {
  return (await wasmMegabytesByThread(page, part)).reduce((sum, some) => sum + some, 0);
}
