/** Training on the processor with helpers: the result is the same with any number of threads, even if a helper fails. */

import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { after, test } from "node:test";
import { launch, ROOT, watch } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { serve } from "./server.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };

const server = await serve({ "/": ROOT });
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

/** Opens a tab with the package, its helper script, and a small run as `train(threads)`. */
async function withPackage(t, log, expected) {
  const page = await browser.newPage();
  const problems = watch(page, `threads-${log}`, expected);
  t.after(async () => {
    await page.close();
    assert.deepEqual(problems, [], "the console shows problems");
  });
  await page.goto(`${server.url}examples/web/folder.html`);
  await page.evaluate(async (url) => {
    globalThis.tabfit = await import(`${url}pkg/tabfit.js`);
    await tabfit.default();
    globalThis.helper = () => new Worker(`${url}pkg/worker.js`, { type: "module" });
    const count = 22;
    const images = new Uint8Array(count * 16 * 16 * 3).map((_, i) => (i * 89) % 251);
    const labels = Array.from({ length: count }, (_, i) => i % 2);
    globalThis.dataset = tabfit.Dataset.fromArrays({ images, labels, classNames: ["a", "b"], imageSize: 16 });
    globalThis.network = (more = []) => {
      const layers = [
        { type: "Rescaling", scale: 1 / 255 }, { type: "Conv2D", filters: 4, kernelSize: 3, activation: "relu" }, ...more,
        { type: "Flatten" }, { type: "Dropout", rate: 0.2 }, { type: "Dense", units: 2, activation: "softmax" },
      ];
      return tabfit.Sequential.create({ imageSize: 16, layers }, ["a", "b"], "cpu", 1);
    };
    globalThis.config = { epochs: 3, batchSize: 5, validationSplit: 0.3, augment: { horizontalFlip: true } };
    globalThis.train = async (threads, more, make = helper) => {
      const got = await tabfit.startWorkers(make, threads);
      const made = await network(more);
      let told;
      const history = await made.fit(dataset, config, (event) => (told = event.type === "start" ? event.threads : told));
      const { loss } = await made.evaluate(dataset, "validation");
      made.free();
      return { got, told, loss, notes: history.notes, epochs: history.epochs };
    };
  }, server.url);
  return page;
}

const close = (actual, expected) =>
  actual.epochs.forEach((epoch, i) =>
    Object.entries(epoch).forEach(([name, value]) => {
      const should = expected.epochs[i][name];
      assert.ok(Math.abs(value - should) < 1e-4 * (1 + Math.abs(should)), `${name} of epoch ${i + 1}: ${value}, ${should}`);
    }),
  );

test("the number of threads changes rounding only, and the same number gives the same bits", TIMEOUT, async (t) => {
  const page = await withPackage(t, "numbers");
  const [alone, three, again, two] = await page.evaluate(async () => [await train(1), await train(3), await train(3), await train(2)]);
  for (const [threads, run] of [[1, alone], [3, three], [2, two]]) {
    assert.deepEqual([run.got, run.told, run.notes], [threads, threads, []]);
    close(run, alone);
    assert.ok(Math.abs(run.loss - alone.loss) < 1e-4);
  }
  assert.deepEqual(again, three);
  assert.notDeepEqual(three.epochs, alone.epochs, "three threads did add in another order");
  const normalized = (threads) => page.evaluate((threads) => train(threads, [{ type: "BatchNormalization" }]), threads);
  const [whole, parts, same] = [await normalized(1), await normalized(3), await normalized(3)];
  assert.deepEqual([parts.told, parts.notes], [3, []]);
  close(parts, whole);
  assert.deepEqual(same, parts);
  assert.equal(await page.evaluate(() => tabfit.startWorkers(helper)), await page.evaluate(() => navigator.hardwareConcurrency));
});

test("what cannot be a number of threads, or a worker, is refused in words", TIMEOUT, async (t) => {
  const page = await withPackage(t, "refused", /thrown by the script|404|Failed to load/);
  const refused = (threads, make) =>
    page.evaluate(async ([number, source]) => {
      const making = { nothing: () => undefined, missing: () => new Worker("missing.js"), helper };
      const blob = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      making.throws = () => new Worker(blob(`throw new Error("thrown by the script")`));
      return tabfit.startWorkers(making[source], number).then(String, ({ name, message }) => `${name}: ${message}`);
    }, [threads, make]);
  for (const threads of [0, 1.5, 65, -1]) assert.match(await refused(threads, "helper"), /^ConfigError: threads must be a whole number from 1 to 64/);
  assert.equal(await refused(2, "nothing"), "ConfigError: makeWorker must return a Worker.");
  assert.match(await refused(2, "throws"), /^DeviceError: A worker could not be started \(.*thrown by the script\); train on fewer threads/);
  assert.match(await refused(2, "missing"), /^DeviceError: A worker could not be started \(it gave no reason\)/);
  assert.equal(await refused(2, "helper"), "2", "and then it works");
  const busy = await page.evaluate(async () => {
    const made = await network();
    const running = made.fit(dataset, config);
    const error = await tabfit.startWorkers(helper, 2).catch(({ name }) => name);
    await running;
    return error;
  });
  assert.equal(busy, "BusyError");
});

/** In the page: the address of a helper's script that does something before or in place of each task, whose number is `task`. */
const helperThat = (page, does) => page.evaluate(([url, does]) => {
  const script = `
    import init, { serve } from "${url}pkg/tabfit.js";
    self.onmessage = async ({ data }) => {
      await init(data);
      serve();
      const serving = self.onmessage;
      let task = 0;
      self.onmessage = (event) => {
        if (Array.isArray(event.data) && ++task) { ${does} }
        serving.call(self, event);
      };
    };`;
  return URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
}, [server.url, does]);

const failingHelper = (page) => helperThat(page, `if (task === 4) throw new Error("out of everything");`);

/** A run whose workers are those of the scripts and then sound ones, and one with sound ones alone. */
const withFirst = (page, scripts) => page.evaluate(async (scripts) => {
  const make = () => (scripts.length > 0 ? new Worker(scripts.shift(), { type: "module" }) : helper());
  return [await train(3, [], make), await train(3)];
}, scripts);

test("a worker that fails in the middle costs no step", TIMEOUT, async (t) => {
  const page = await withPackage(t, "failing", /out of everything/);
  const [alone, failing, after_] = await page.evaluate(async (script) => {
    const failing = await train(3, [], () => new Worker(script, { type: "module" })); // also those in the place of others
    return [await train(1), failing, await train(3)];
  }, await failingHelper(page));
  close(failing, alone);
  assert.match(failing.notes.join(), /A worker failed and training went on without it \(.*out of everything\)/);
  assert.deepEqual([after_.told, after_.notes], [3, []], "the next run has new ones");
  close(after_, alone);
});

test("a worker in the place of one that failed changes no bit", TIMEOUT, async (t) => {
  const page = await withPackage(t, "replaced", /out of everything/);
  const [failing, undisturbed] = await withFirst(page, [await failingHelper(page)]);
  assert.match(failing.notes.join(), /^A worker failed and another took its place \(.*out of everything\)\.$/);
  assert.deepEqual(failing.epochs, undisturbed.epochs);
});

test("a worker that fails before the answer of another was read is replaced too", TIMEOUT, async (t) => {
  const page = await withPackage(t, "at-once", /out of everything/);
  const late = await helperThat(page, `if (task === 4) { setTimeout(() => serving.call(self, event), 1000); return; }`);
  const [failing, undisturbed] = await withFirst(page, [late, await failingHelper(page)]);
  assert.match(failing.notes.join(), /^A worker failed and another took its place \(.*out of everything\)\.$/);
  assert.deepEqual(failing.epochs, undisturbed.epochs);
});

test("a worker that fails between two tasks is replaced for the reason it gave", TIMEOUT, async (t) => {
  const page = await withPackage(t, "between", /out of everything/);
  const idle = await helperThat(page, `if (task === 4) setTimeout(() => { throw new Error("out of everything"); });`);
  const [failing, undisturbed] = await withFirst(page, [idle]);
  assert.match(failing.notes.join(), /^A worker failed and another took its place \(.*out of everything\)\.$/);
  assert.deepEqual(failing.epochs, undisturbed.epochs);
});

test("the weights of a wide last layer stay on one thread", TIMEOUT, async (t) => {
  const page = await withPackage(t, "wide");
  const [alone, three, again] = await page.evaluate(async () => {
    let sent = 0;
    const counted = () => {
      const worker = helper();
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message, transfer) => {
        sent += transfer.reduce((sum, buffer) => sum + buffer.byteLength, 0);
        post(message, transfer);
      };
      return worker;
    };
    const layers = [
      { type: "Rescaling", scale: 1 / 255 }, { type: "Conv2D", filters: 4, kernelSize: 3, activation: "relu" }, { type: "Dropout", rate: 0.1 },
      { type: "Flatten" }, { type: "Dense", units: 300, activation: "relu" }, { type: "Dropout", rate: 0.2 }, { type: "Dense", units: 2, activation: "softmax" },
    ];
    const run = async (threads) => {
      await tabfit.startWorkers(counted, threads);
      const made = await tabfit.Sequential.create({ imageSize: 16, layers }, ["a", "b"], "cpu", 1);
      sent = 0;
      const { epochs, notes } = await made.fit(dataset, { ...config, validationSplit: 0 });
      made.free();
      return { epochs, notes, sent };
    };
    return [await run(1), await run(3), await run(3)];
  });
  close(three, alone);
  assert.deepEqual(again, three);
  assert.deepEqual([alone.sent, three.notes], [0, []]);
  const weights = 4 * 14 * 14 * 4 * 300;
  assert.ok(three.sent > 3 * 22 * 16 * 16 && three.sent < weights, `${three.sent} bytes were sent in three epochs; the weights are ${weights}`);
});

test("the page trains on every core unless it is told otherwise", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "threads" });
  const cores = await tab.page.evaluate(() => navigator.hardwareConcurrency);
  assert.equal(await tab.page.inputValue("#threads"), String(cores));
  await tab.set({ device: "webgpu" });
  assert.ok(await tab.page.isHidden("#threads"), "a GPU has threads of its own");
  await tab.set({ device: "cpu", "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ layers: TINY_LAYERS(3), "batch-size": 8, "validation-split": 0.25, epochs: 2, threads: 0 });
  await tab.page.click("#fit");
  assert.match(await tab.error(), /^threads must be a whole number from 1 to 64, not 0/);
  assert.equal(await tab.page.evaluate(() => document.activeElement.id), "threads");
  const histories = [];
  for (const threads of [1, 3, 3]) {
    await tab.set({ threads });
    await tab.fit();
    const columns = Object.entries(await tab.exactHistory());
    histories.push({ epochs: columns[0][1].map((_, i) => Object.fromEntries(columns.map(([name, values]) => [name, values[i]]))) });
  }
  const [alone, three, again] = histories;
  assert.deepEqual(again.epochs, three.epochs);
  close(three, alone);
});

test("a browser that promises more cores than there are gets no more threads than cores", { ...TIMEOUT, skip: availableParallelism() > 6 && "this computer has too many cores" }, async (t) => {
  const tab = await openPage(t, { log: "promised-cores", before: () => Object.defineProperty(navigator, "hardwareConcurrency", { value: 16 }) });
  assert.equal(await tab.page.inputValue("#threads"), "16", "nothing is measured before there are pictures");
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.page.waitForFunction(() => document.querySelector("#threads").value !== "16", null, { polling: 100 });
  const threads = Number(await tab.page.inputValue("#threads"));
  assert.ok(threads >= 2 && threads <= Math.max(2, availableParallelism()), `${threads} threads on ${availableParallelism()} cores`);
});

test("a run that is started as soon as its pictures are there gets no more threads than cores either", { ...TIMEOUT, skip: availableParallelism() > 6 && "this computer has too many cores" }, async (t) => {
  const tab = await openPage(t, { log: "promised-cores-at-once", before: () => Object.defineProperty(navigator, "hardwareConcurrency", { value: 16 }) });
  await tab.set({ "image-size": 32, layers: TINY_LAYERS(3), "batch-size": 8, epochs: 100_000, "group-by": "" });
  await tab.page.evaluate(() => {
    const fit = document.querySelector("#fit");
    // The first moment at which a person could press it.
    new MutationObserver((_, watcher) => {
      if (fit.disabled) return;
      watcher.disconnect();
      globalThis.proposed = document.querySelector("#threads").value;
      fit.click();
    }).observe(fit, { attributes: true });
  });
  await tab.page.setInputFiles("#folder-input", folder(t, shapes()));
  await tab.page.locator("#history-table tbody tr").first().waitFor({ state: "attached", timeout: 120_000 });
  assert.equal(await tab.page.evaluate(() => globalThis.proposed), "16", "the cores were not yet measured");
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  await tab.reload();
  const threads = Number(await tab.page.inputValue("#threads"));
  assert.ok(threads >= 2 && threads <= Math.max(2, availableParallelism()), `the run had ${threads} threads on ${availableParallelism()} cores`);
});

test("an unfinished run goes on with as many threads as it had, or says what that changes", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "threads-resumed" });
  await tab.set({ "image-size": 32 });
  const pictures = folder(t, shapes());
  await tab.pick(pictures);
  await tab.set({ layers: TINY_LAYERS(3), "batch-size": 8, epochs: 100_000, threads: 1 });
  await tab.start(1);
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  await tab.reload();
  assert.equal(await tab.page.inputValue("#threads"), "1");
  await tab.pick(pictures);
  const interrupt = async () => {
    await tab.page.click("#resume");
    await tab.reach(["training"]);
    await tab.page.click("#stop");
    await tab.reach(["done", "ready"]); // ready where it was stopped before its threads had started
  };
  await interrupt();
  assert.ok(await tab.page.isHidden("#trouble"));
  await tab.set({ threads: 3 });
  await interrupt();
  assert.match(await tab.text("#trouble"), /another device or number of threads than before, so its numbers may differ in the last digits/);
});
