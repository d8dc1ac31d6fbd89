/**
 * Runs over several visits, without a browser and without the wasm: the trainer worker's own modules, a storage in memory, and what
 * stands in for the program. What real training makes of the same, `resume` and `die` look at.
 */

import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { mock, test } from "node:test";
import { fit, fitUntil, untilStopped, visit } from "./faults/visits.mjs";

const losses = ({ epochs }) => epochs.map(({ loss }) => loss);

/** The history of five epochs that nothing disturbs. */
async function undisturbed() {
  const page = await visit();
  page.pictures();
  return losses(await fit(page));
}

test("a run that ends is kept with its network, and what it was is said", async () => {
  const page = await visit();
  page.pictures();
  const history = await fit(page);
  assert.equal(history.epochs.length, 5);
  const { runs, current } = await page.kept.listKept();
  assert.deepEqual(runs.map(({ name, epoch, ended, weights }) => [name, epoch, ended, weights]), [["bench", 5, true, true]]);
  assert.equal(current, runs[0].id);
  assert.equal(await page.runs.unfinishedRun(), null);
  assert.equal(page.autosave.threads, 2);
  const { about } = await page.list.readRun(current);
  assert.deepEqual([about.began, about.device, about.classNames], ["random", "cpu", ["disc", "frame", "stripes"]]);
  assert.equal(page.alive.size, 1, "only the network in memory is not freed");
  await fit(page, { model: { layers: ["one", "flatten"] } });
  assert.equal((await page.kept.listKept()).runs[0].name, "My own layers");
  assert.equal(page.alive.size, 1, "the network of the run before is freed");
});

test("a run that is stopped goes on in the same visit, and one whose process ends goes on in the next, with the same numbers", async () => {
  const whole = await undisturbed();
  const page = await visit();
  page.pictures();
  const stopped = await fitUntil(page, 3, (stop) => stop.abort());
  assert.equal(stopped.stopped, "aborted");
  const { epoch, epochs, device, threads } = await page.runs.unfinishedRun();
  assert.deepEqual([epoch, epochs, device, threads], [2, 5, "cpu", 2]);
  page.state.watching = true;
  assert.deepEqual(losses(await page.runs.goOn("cpu", 1, untilStopped().signal)), whole);
  assert.equal(page.state.network.looked, "epochs");
  const again = page.sent.find(({ type }) => type === "continue");
  assert.equal(again.history.epochs.length, 2, "the page is shown the epochs so far");

  const dying = await visit();
  dying.pictures();
  void fitUntil(dying, 4, () => new Promise(() => {}));
  while (dying.sent.filter(({ type }) => type === "step").length < 4) await new Promise((resolve) => setImmediate(resolve));
  const next = await visit({ empty: false });
  next.pictures();
  assert.deepEqual(await next.runs.unfinishedRun().then(({ epoch, epochs, threads }) => [epoch, epochs, threads]), [3, 5, 2]);
  assert.deepEqual(losses(await next.runs.goOn("cpu", 1, untilStopped().signal)), whole);
  assert.deepEqual((await next.kept.listKept()).runs.map(({ epoch, ended }) => [epoch, ended]), [[5, true]], "it is one run");
});

test("a damaged checkpoint is passed over, and the run goes on from the one before, with the same numbers", async () => {
  const whole = await undisturbed();
  const dying = await visit();
  dying.pictures();
  void fitUntil(dying, 4, () => new Promise(() => {}));
  while (dying.sent.filter(({ type }) => type === "step").length < 4) await new Promise((resolve) => setImmediate(resolve));
  const [id] = await dying.StoredRun.ids();
  const runs = await (await navigator.storage.getDirectory()).getDirectoryHandle("runs");
  const slot = await (await (await runs.getDirectoryHandle(id)).getFileHandle("slot-a")).createSyncAccessHandle(); // of the third epoch
  slot.write(new Uint8Array(30).fill(1), { at: slot.getSize() - 60 });
  slot.close();
  const next = await visit({ empty: false });
  next.pictures();
  assert.equal((await next.runs.unfinishedRun()).epoch, 2);
  assert.deepEqual(losses(await next.runs.goOn("cpu", 1, untilStopped().signal)), whole);
});

test("where there is nothing to go on with, that is said", async () => {
  const page = await visit();
  const goOn = () => page.runs.goOn("cpu", 1, untilStopped().signal);
  await assert.rejects(goOn(), { name: "DatasetError" });
  page.pictures();
  await assert.rejects(goOn(), { name: "ConfigError", message: "There is no run to go on with." });
});

test("a run that fails before its first epoch leaves the network that was there, a later one that of its last epoch", async () => {
  const page = await visit();
  page.pictures();
  await fit(page);
  const { network } = page.state;
  Object.assign(page.orders, { failAfter: 0, error: Object.assign(new Error("The GPU is lost."), { name: "DeviceError" }) });
  await assert.rejects(fit(page), /The GPU is lost\./);
  assert.equal(page.state.network, network);
  assert.equal((await page.kept.listKept()).runs.length, 1, "nothing of the run that failed is kept");
  assert.equal(page.state.training, null);
  page.orders.failAfter = 2;
  await assert.rejects(fit(page), /The GPU is lost\./);
  assert.equal(page.alive.size, 1);
  assert.equal(page.state.network.info.history.epochs.length, 2);
  const { epoch } = await page.runs.unfinishedRun();
  assert.equal(epoch, 2, "the run can go on from its last epoch");
  page.orders.failAfter = null;
  assert.equal((await page.runs.goOn("cpu", 1, untilStopped().signal)).epochs.length, 5);
});

test("a run that trains on counts its epochs on, freezes what was chosen, and leaves the network itself alone if it is refused", async () => {
  const page = await visit();
  page.pictures();
  await fit(page);
  const choice = { replaceHead: false, sameOptimizer: true, frozen: ["bench"] };
  const history = await fit(page, { model: { kept: choice } });
  assert.deepEqual(history.epochs.map(({ epoch }) => epoch), [6, 7, 8, 9, 10]);
  assert.deepEqual(page.state.network.frozen, ["bench"]);
  const given = await fit(page, { model: { kept: choice }, fit: { epochs: 3, initialEpoch: 2, seed: 3 } });
  assert.deepEqual(given.epochs.map(({ epoch }) => epoch), [3], "who gives the first epoch is obeyed");
  page.pictures({ classNames: ["one", "two"] });
  await fit(page, { model: { kept: { replaceHead: true, sameOptimizer: false, frozen: [] } } });
  assert.deepEqual([page.state.network.info.classNames, page.state.network.frozen], [["one", "two"], []]);
  const { network } = page.state;
  network.replaceHead(["x"], 0);
  mock.method(page.Sequential.prototype, "setTrainable", () => {
    throw new Error("There is no such layer.");
  });
  await assert.rejects(fit(page, { model: { kept: choice } }), /no such layer/);
  mock.restoreAll();
  assert.deepEqual([page.state.network, page.alive.size], [network, 1], "the copy is freed");
  assert.deepEqual((await page.kept.listKept()).runs.map(({ name }) => name), ["Trained on", "Trained on", "Trained on", "bench"]);
});

test("what frozen layers made of the pictures is kept once, read by the next run, and deleted if that refuses it", async () => {
  const page = await visit();
  page.pictures({ features: ["frozen."] });
  await fit(page);
  const onFrozen = () => fit(page, { model: { kept: { replaceHead: false, sameOptimizer: true, frozen: ["bench"] } } });
  const told = () => page.sent.splice(0).filter(({ type }) => type === "kept-features").map(({ what }) => what);
  await onFrozen();
  assert.deepEqual(told(), ["kept"]);
  await onFrozen();
  assert.deepEqual(told(), ["read"]);
  page.orders.refused = ["features"];
  await onFrozen();
  assert.deepEqual(told(), ["refused"]);
  assert.equal((await page.kept.listKept()).features, 0);
});

test("a network that has nothing to remember is kept all the same, and a thread that cannot be started is told", async () => {
  const page = await visit();
  page.pictures();
  page.orders.refused = ["memory", "threads"];
  await fit(page);
  assert.ok((await page.kept.listKept()).runs[0].ended);
  assert.match(page.sent.find(({ type }) => type === "trouble").message, /starts no more workers/);
  page.orders.refused = ["device"];
  await assert.rejects(fit(page), { name: "DeviceError" });
  page.pictures({ parts: ["training"] });
  await fit(page);
});

test("a network that has learnt before is fetched once, and again only if its file was refused", async () => {
  const page = await visit();
  page.pictures();
  const answers = [];
  mock.method(fs, "readFile", async () => answers.shift()());
  const model = { preset: "efficientnet-lite0", pretrained: "efficientnet-lite0" };
  answers.push(() => Promise.reject(new Error("no such file")));
  await assert.rejects(fit(page, { model }), { name: "ModelFileError", message: "What efficientnet-lite0 has learnt could not be loaded (no such file); press Fit to try again, or choose another network." });
  answers.push(() => Buffer.from("damaged"));
  await assert.rejects(fit(page, { model }), { name: "ModelFileError", message: "These weights are damaged." });
  answers.push(() => Buffer.from("sound"));
  await fit(page, { model });
  assert.equal(page.sent.find(({ type }) => type === "learnt").loaded, 7);
  await fit(page, { model }); // it is there
  assert.equal((await page.list.readRun((await page.kept.listKept()).current)).about.began, "pretrained:efficientnet-lite0");
  const stop = untilStopped();
  stop.abort();
  const other = await visit();
  other.pictures();
  answers.push(() => Promise.reject(stop.signal.reason));
  await assert.rejects(fit(other, { model }, stop.signal), { name: "AbortError" });
  mock.restoreAll();
});

test("weights alone go into a copy of the network in memory, and everything else is a network of its own", async () => {
  const page = await visit();
  page.pictures();
  await fit(page);
  const { network: current } = page.state;
  const own = await current.save();
  const file = (name, bytes) => ({ name, arrayBuffer: async () => Uint8Array.from(bytes).buffer });
  const open = (files, network = current) => page.network.openNetwork(files, "cpu", network);
  assert.equal((await open([file("x.safetensors", Buffer.from("12345678{}"))])).weight, 10);
  assert.equal((await open([file("x.weights.h5", [1, 2])])).weight, -2);
  assert.equal((await open([file("x.safetensors", own)])).weight, current.weight, "it says itself what it is");
  assert.equal((await open([file("x.tabfit", own)])).weight, current.weight);
  await assert.rejects(open([file("x.safetensors", [1])], null), { name: "ModelFileError" });
  const alive = page.alive.size;
  page.orders.refused = ["weights"];
  await assert.rejects(open([file("x.safetensors", [1])]), /do not fit/);
  assert.equal(page.alive.size, alive, "the copy is freed");
});

test("a file of a run that can go on becomes a run of its own, which the stored one does not change", async () => {
  const page = await visit();
  page.pictures();
  const whole = losses(await fit(page));
  await fitUntil(page, 3, (stop) => stop.abort());
  const file = await page.state.network.checkpoint();
  const before = (await page.kept.listKept()).runs.length;
  await page.kept.takeOver(file, null, "webgpu");
  assert.equal((await page.runs.unfinishedRun()).epoch, 2);
  assert.deepEqual(losses(await page.runs.goOn("webgpu", 1, untilStopped().signal)), whole);
  const { runs } = await page.kept.listKept();
  assert.deepEqual([runs.length, runs[0].name, runs[0].ended, runs[1].ended], [before + 1, "Opened", true, false]);
  assert.equal(page.autosave.threads, null, "on a GPU no thread trains");
  assert.deepEqual(page.autosave.files, []);
});

test("a run that is stopped in its first epoch keeps what frozen layers made of the pictures", async () => {
  const page = await visit();
  page.pictures({ features: ["frozen."] });
  await fit(page);
  const stop = untilStopped();
  Object.defineProperty(page.tasks, "unpaused", { configurable: true, get: () => page.sent.at(-1)?.type === "step" && stop.abort() });
  await fit(page, { model: { kept: { replaceHead: false, sameOptimizer: true, frozen: ["bench"] } } }, stop.signal);
  delete page.tasks.unpaused;
  assert.equal((await page.kept.listKept()).features, 6);
  assert.equal((await page.runs.unfinishedRun()).epoch, 5);
});
