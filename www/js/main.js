/**
 * Wires the page: what a person does to the steps, and what the worker says to the views.
 */

import { showError, showStatus } from "./controls.js";
import { hideLoading, showLoading } from "./data-view.js";
import { showDevices } from "./device-view.js";
import { byId } from "./dom.js";
import { onDrop } from "./drop.js";
import { followForm } from "./form.js";
import { hold, stop } from "./hold-step.js";
import { droppedEntries, pickedEntries } from "./image-folder.js";
import { copyKeras } from "./keras-step.js";
import { client, isBusy, page, panel, refresh, report } from "./page.js";
import { cancelLoad, load, resize } from "./pictures-step.js";
import { exportModel, openModel, predict, saveHistory, saveModel, scoreOpened } from "./result-step.js";
import { showModel } from "./result-view.js";
import { onRunEvent } from "./run-events.js";
import { showProgress } from "./run-view.js";
import { sampleEntries } from "./sample.js";
import { discard, downloadAllStored, downloadStored, forget, offerStored, resumeRun } from "./stored-step.js";
import { fit } from "./training-step.js";

history.scrollRestoration = "manual"; // a reload loses the pictures, so it begins at the first step
client.onEvent = (event) => (event.type === "loading" ? showLoading(event.done, event.total) : onRunEvent(event));
client.onFatal = recover;

/** Greets the worker: its first answer says that the wasm is there. */
async function start() {
  try {
    const { gpu, gpuReason, presets, unfinished, files } = await client.send({ type: "start" });
    page.started = true;
    showDevices(gpu, gpuReason);
    void panel.offer(presets);
    offerStored(unfinished, files);
    refresh("Ready");
  } catch (error) {
    report(error);
  }
}

/**
 * The worker is gone, with its pictures and its network. The curves stay; the files are read again.
 *
 * @param {string} message
 * @param {boolean} alive a fresh worker has started
 */
async function recover(message, alive) {
  const interrupted = page.phase;
  Object.assign(page, { phase: "idle", started: false, network: false, scorable: false, finishing: false, data: null, unfinished: null });
  hideLoading();
  showModel(null);
  showProgress(0, "Pick pictures first.");
  // A panic goes on with its place in the source, which helps nobody in a class room.
  const why = (message.split("\n", 1)[0] ?? "").replace(/[.:\s]+$/, "");
  if (!alive) {
    refresh("Not available");
    showError(`The trainer could not be started: ${why}. Reload the page to try again.`);
    return;
  }
  refresh("Starting again");
  await start();
  // Pictures that broke it while they were read could do so for ever; then the person decides.
  const again = page.started && page.entries.length > 0 && interrupted !== "loading";
  if (again) await load(page.entries);
  showError(`The trainer broke down: ${why}.${whatIsKept()}`);
}

function whatIsKept() {
  if (page.unfinished) return ` Resume goes on after epoch ${page.unfinished.epoch}.`;
  return page.records.length > 0 ? " The curves are kept, the network of that run is lost." : "";
}

/**
 * @param {string} id a file input
 * @param {(files: File[]) => unknown} use
 */
function onPick(id, use) {
  const input = byId(id, HTMLInputElement);
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = ""; // picking the same again must be a change again
    if (files.length > 0) use(files);
  });
}

/**
 * @param {string} id
 * @param {() => unknown} act
 */
function onClick(id, act) {
  byId(id, HTMLButtonElement).addEventListener("click", act);
}

/** @param {DataTransfer} transfer */
async function dropPictures(transfer) {
  if (isBusy()) return;
  try {
    await load(await droppedEntries(transfer));
  } catch (error) {
    report(error);
  }
}

async function drawSample() {
  showStatus("Drawing pictures");
  try {
    await load(await sampleEntries());
  } catch (error) {
    report(error);
  }
}

onPick("folder-input", (files) => load(pickedEntries(files)));
onPick("zip-input", (files) => load(pickedEntries(files)));
onDrop(document.body, dropPictures); // a near miss counts, and must not replace the page
onClick("sample-button", drawSample);
onClick("cancel-load", cancelLoad);
onClick("reload", () => load(page.entries));
byId("image-size", HTMLSelectElement).addEventListener("change", resize);

byId("run-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void fit();
});
onClick("pause", () => hold("pause"));
onClick("resume", () => (page.phase === "paused" ? hold("resume") : resumeRun()));
onClick("stop", stop);
followForm();

onClick("go-on", resumeRun);
onClick("discard", discard);
onClick("forget", forget);
onClick("download-all", downloadAllStored);
byId("files-list", HTMLElement).addEventListener("click", downloadStored);

onPick("predict-input", predict);
onDrop(byId("predict-drop", HTMLElement), (transfer) => predict([...transfer.files]));
onPick("open-model", ([file]) => openModel(file));
onClick("score", scoreOpened);
onClick("save-model", saveModel);
for (const button of document.querySelectorAll("[data-export]")) button.addEventListener("click", exportModel);
onClick("copy-keras", copyKeras);
onClick("download-json", () => saveHistory("json"));
onClick("download-csv", () => saveHistory("csv"));

void start();
