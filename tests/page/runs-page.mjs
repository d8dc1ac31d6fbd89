/** The section of runs as a person uses it, and runs put into the browser's storage without training them. */

/** Opens the section, and waits until this many runs are listed. */
export async function openRuns(tab, count) {
  if (!(await tab.page.locator("#runs-details").evaluate((details) => details.open))) await tab.page.click("#runs-details > summary");
  if (count === 0) await tab.page.locator("#runs-none").waitFor();
  await listed(tab, count);
}

/** Waits until this many runs are listed. */
export function listed(tab, count) {
  return tab.page.waitForFunction((count) => document.querySelectorAll("#runs-table tbody tr").length === count, count, { timeout: 30_000 });
}

/** The rows of the table, as shown, by the titles of its columns. */
export async function lines(tab) {
  return tab.page.locator("#runs-table").evaluate((table) => {
    const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    return [...table.tBodies[0].rows].map((row) => Object.fromEntries([...row.cells].map((cell, i) => [titles[i], cell.textContent])));
  });
}

/** Names in the order of the table, without what is said of imported runs. */
export const runNames = (tab) => tab.page.locator("#runs-table tbody th").evaluateAll((cells) => cells.map((cell) => cell.firstChild.textContent));

/** Ticks exactly the runs of these names, in this order. */
export async function tickOnly(tab, names) {
  const untick = tab.page.locator("[data-run=none]");
  if (await untick.isEnabled()) await untick.click();
  await tab.page.waitForFunction(() => document.querySelectorAll("#runs-table input:checked").length === 0);
  for (const name of names) await tab.page.locator("#runs-table tbody tr").filter({ hasText: name }).locator("input").check();
  await tab.page.waitForFunction((count) => document.querySelectorAll("#runs-legend li").length === count, names.length);
}

/** What the chart reads out of an epoch, by the letters of the runs. */
export async function readOut(tab, epoch) {
  const text = await tab.page.locator("#runs-chart").evaluate((canvas, epoch) => {
    canvas.blur();
    canvas.focus();
    const press = (key) => canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    press("Home");
    const values = document.querySelector("#runs-values");
    for (let before = ""; !values.textContent.startsWith(`Epoch ${epoch}:`) && before !== values.textContent;) {
      before = values.textContent;
      press("ArrowRight");
    }
    return values.textContent;
  }, epoch);
  return Object.fromEntries([...text.matchAll(/([A-Z]\d?) [^:]*: ([-\d.e]+)/g)].map(([, letter, value]) => [letter, Number(value)]));
}

/** Opens files or a folder, and waits until it is said what became of them. */
export async function openLogs(tab, paths, input = "#runs-files") {
  await tab.page.evaluate(() => document.querySelectorAll("#runs-note, #runs-troubles").forEach((element) => element.replaceChildren()));
  await tab.page.setInputFiles(input, paths);
  await tab.page.waitForFunction(() => {
    const [note, troubles] = ["#runs-note", "#runs-troubles"].map((id) => document.querySelector(id));
    return /^Opened/.test(note.textContent) || troubles.childElementCount > 0;
  }, null, { timeout: 30_000 });
}

export const troubles = (tab) => tab.page.locator("#runs-troubles li").allTextContents();

/**
 * Puts runs into the storage as the page writes them when they have ended, each with a file of weights.
 *
 * @param {Record<string, unknown>[]} manifests what differs from an ordinary run
 */
export function storeRuns(tab, manifests) {
  return tab.page.evaluate(async (manifests) => {
    const root = await navigator.storage.getDirectory();
    const runs = await root.getDirectoryHandle("runs", { create: true });
    const write = async (folder, name, text) => {
      const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await stream.write(text);
      await stream.close();
    };
    await Promise.all(manifests.map(async (more, i) => {
      const epochs = Array.from({ length: 20 }, (_, e) => ({
        epoch: e + 1, loss: 1 / (e + 1), accuracy: 1 - 0.5 / (e + 1), val_loss: 1.1 / (e + 1), val_accuracy: 0.9 - 0.4 / (e + 1 + i), learning_rate: 0.001,
      }));
      const run = {
        tabfit: "0.1.0", pictures: { hash: [1, 2], training: 18, validation: 6 }, classNames: ["a", "b"],
        model: { imageSize: 32, layers: [{ type: "Flatten" }, { type: "Dense", units: 2, activation: "softmax" }] },
        compile: { optimizer: { type: "adam", learningRate: 0.001 }, loss: { type: "CategoricalCrossentropy" }, metrics: ["accuracy"] },
        fit: { epochs: 20, batchSize: 8, seed: i, callbacks: [] }, device: { kind: "cpu", name: "CPU", fallback: false }, threads: 2, resumed: [],
      };
      const id = String(1_700_000_000_000 + i);
      const folder = await runs.getDirectoryHandle(id, { create: true });
      const manifest = {
        format: 1, name: `run ${i}`, network: "small", date: Number(id), classNames: ["a", "b"], imageSize: 32, epoch: 20, epochs: 20, device: "cpu",
        ended: true, last: epochs.at(-1), best: epochs.at(-1).val_accuracy, rate: 0.001, scores: {}, files: [], browser: "test", run, ...more,
      };
      await write(folder, "manifest.json", JSON.stringify(manifest));
      await write(folder, "history.json", JSON.stringify({ epochs, stopped: "completed", reading: "", notes: [] }));
      await write(folder, "weights.tabfit", "weights");
    }));
  }, manifests);
}

/** Renames the only ticked run, or notes something of it. */
export async function write(tab, button, text) {
  await tab.page.click(`[data-run=${button}]`);
  await tab.page.fill("#dialog-input", text);
  await tab.page.click("#dialog-yes");
  await tab.page.locator("#runs-table tbody tr").filter({ hasText: text }).waitFor();
}

/** The file of the only ticked run. */
export async function exported(tab) {
  const [download] = await Promise.all([tab.page.waitForEvent("download"), tab.page.click("[data-run=export]")]);
  return { name: download.suggestedFilename(), bytes: await tab.contentOf(download) };
}

/** Chooses what the chart shows. */
export async function showMetric(tab, name) {
  await tab.page.selectOption("#runs-metric", name);
}

/** The values in the rows of settings that are marked, by the names of the settings. */
export const differing = (tab) => tab.page.locator("#runs-settings tr.differs").evaluateAll((rows) =>
  Object.fromEntries(rows.map((row) => [row.cells[0].lastChild.previousSibling.textContent, [...row.cells].slice(1).map((cell) => cell.textContent)])));

/** Whether a number is as it was read out, in four digits. */
export const close = (read, number) => Math.abs(read - number) <= Math.abs(number) * 5e-4;
