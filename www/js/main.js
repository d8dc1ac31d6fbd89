/**
 * Wires the page: what a person does to the steps, and what the worker says to the views.
 */

import { showStatus } from "./controls.js";
import { showLoading } from "./data-view.js";
import { byId } from "./dom.js";
import { onDrop } from "./drop.js";
import { followForm } from "./form.js";
import { hold, stop } from "./hold-step.js";
import { droppedEntries, pickedEntries } from "./image-folder.js";
import { copyKeras } from "./keras-step.js";
import { client, isBusy, page, panel, report } from "./page.js";
import { cancelLoad, load, resize } from "./pictures-step.js";
import { exportModel, openModel, predict, saveHistory, saveModel, scoreOpened } from "./result-step.js";
import { onRunEvent } from "./run-events.js";
import { sampleEntries } from "./sample.js";
import { downloadAllStored, downloadStored, forget, resumeRun } from "./stored-step.js";
import { fit } from "./training-step.js";
import { recover, start } from "./worker-life.js";

history.scrollRestoration = "manual"; // a reload loses the pictures, so it begins at the first step
client.onEvent = (event) => (event.type === "loading" ? showLoading(event.done, event.total) : onRunEvent(event));
client.onFatal = recover;

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
onClick("discard", () => forget("discard"));
onClick("forget", () => forget("forget"));
onClick("download-all", downloadAllStored);
byId("files-list", HTMLElement).addEventListener("click", downloadStored);

onPick("predict-input", predict);
onDrop(byId("predict-drop", HTMLElement), (transfer) => predict([...transfer.files]));
onPick("open-model", openModel);
onClick("train-on", () => panel.chooseKept());
onClick("score", scoreOpened);
onClick("save-model", saveModel);
for (const button of document.querySelectorAll("[data-export]")) button.addEventListener("click", exportModel);
onClick("copy-keras", copyKeras);
onClick("download-json", () => saveHistory("json"));
onClick("download-csv", () => saveHistory("csv"));

void start();
