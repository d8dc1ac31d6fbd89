/** The memory of the program in a tab of the page. */

/**
 * Megabytes that the trainer worker and each of its helpers have taken from the browser. They give nothing back.
 *
 * @param {import("playwright-core").Page} page that trains on the CPU
 */
export async function wasmMegabytesByThread(page) {
  const bytes = await Promise.all(page.workers().map((worker) => worker.evaluate(async () => {
    const { default: init } = await import("/cpu/tabfit.js");
    return (await init()).memory.buffer.byteLength; // it runs already, so this only returns what it exports
  })));
  return bytes.map((some) => some / 1e6);
}

/** The same, all together. */
export async function wasmMegabytes(page) {
  return (await wasmMegabytesByThread(page)).reduce((sum, some) => sum + some, 0);
}
