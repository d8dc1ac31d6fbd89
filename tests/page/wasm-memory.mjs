/** The memory of the program in a tab of the page. */

/**
 * Megabytes that the trainer worker and its helpers have taken from the browser, all together. They give nothing back.
 *
 * @param {import("playwright-core").Page} page that trains on the CPU
 */
export async function wasmMegabytes(page) {
  const bytes = await Promise.all(page.workers().map((worker) => worker.evaluate(async () => {
    const { default: init } = await import("/cpu/tabfit.js");
    return (await init()).memory.buffer.byteLength; // it runs already, so this only returns what it exports
  })));
  return bytes.reduce((sum, some) => sum + some, 0) / 1e6;
}
