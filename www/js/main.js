/**
 * The entry of the page: connects its buttons and inputs to functions, and the events of the trainer worker to the views.
 */

import { offerCamera } from "./page/camera/offer.js";
import { client } from "./page/client/trainer-client.js";
import { followLanguage } from "./page/chosen-language.js";
import { offerLink } from "./page/link/offer.js";
import { followCare } from "./page/care/late.js";
import { followFolds, resume, train } from "./page/folds/late.js";
import { followEvaluation, showPredicted } from "./page/evaluation/late.js";
import { panel } from "./page/network/panel.js";
import { droppedEntries, folderEntries, pickedEntries } from "./page/pictures/picked-files.js";
import { sampleEntries } from "./page/pictures/sample.js";
import { cancelLoad, load, resize, useSuitedSize } from "./page/pictures/step.js";
import { showFound, showLoading } from "./page/pictures/view.js";
import { copyKeras } from "./page/result/keras-code.js";
import { nameClasses } from "./page/result/class-names.js";
import { choosePixels, tryPixels } from "./page/result/pixels.js";
import { exportModel, predict, saveHistoryCsv, saveHistoryJson, saveModel, saveReport, scoreOpened } from "./page/result/step.js";
import { keepPage } from "./page/offline.js";
import { listProgramFiles } from "./page/program-files.js";
import { followRuns, runsChanged } from "./page/runs/late.js";
import { recover, start } from "./page/start.js";
import { page, report } from "./page/state/state.js";
import { openModel } from "./page/stored/open-network.js";
import { actOnKept, forgetAll, forgetDecisions, forgetFeatures, keepNothing, openNewest } from "./page/stored/kept.js";
import { onKept } from "./page/stored/kept-view.js";
import { askBeforeLeaving } from "./page/stored/leave.js";
import { discard, downloadAllStored, downloadStored, offerStored, resumeRun } from "./page/stored/step.js";
import { byId } from "./page/tools/dom.js";
import { onDrop } from "./page/tools/drop.js";
import { late } from "./page/tools/late.js";
import { showCopies } from "./page/training/copies.js";
import { onRunEvent } from "./page/training/events.js";
import { onInsideToggle } from "./page/training/inside-door.js";
import { oneStep } from "./page/training/one-step.js";
import { followSettings } from "./page/training/estimate.js";
import { offerThreads } from "./page/training/form/device.js";
import { followForm } from "./page/training/form/form.js";
import { pauseOrResume, stop } from "./page/training/pause-stop.js";
import { steer } from "./page/training/steer.js";
import { fineTune } from "./page/training/step.js";

history.scrollRestoration = "manual"; // a reload loses the pictures, so the page begins at its first step again
followLanguage();
client.onEvent = (event) => {
  if (event.type === "loading") showLoading(event.done, event.total);
  else if (event.type === "predicted") showPredicted(event);
  else if (event.type === "gpu-failed") page.gpuFailed = true;
  else if (event.type === "kept") {
    onKept(event.kept);
    runsChanged();
  }
  else if (event.type === "stored") void offerStored();
  else if (event.type !== "cores") onRunEvent(event);
  else if (!page.unfinished) offerThreads(event.cores); // an unfinished run goes on with as many as it had
};
client.onFatal = recover;

/**
 * @param {string} id a file input
 * @param {(files: File[]) => unknown} use
 */
function onPick(id, use) {
  const input = byId(id, HTMLInputElement);
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = ""; // otherwise picking the same files again would be no "change"
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

onPick("folder-input", (files) => load((signal) => folderEntries(files, signal)));
onPick("zip-input", (files) => load((signal) => pickedEntries(files, signal)));
// Everywhere, because a drop beside the zone would leave the page.
onDrop(document.body, (transfer) => load((signal) => droppedEntries(transfer, signal, showFound)));
onClick("sample-button", () => load(sampleEntries));
onClick("digits-button", () => load(async (signal) => (await late(() => import("./page/pictures/digits/entries.js"))).digitEntries(signal)));
onClick("cancel-load", cancelLoad);
onClick("reload", () => load(() => page.entries));
byId("image-size", HTMLSelectElement).addEventListener("change", resize);
onClick("use-size", useSuitedSize);
offerCamera();

byId("run-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void train();
});
onClick("tune-blocks", fineTune);
onClick("pause", () => pauseOrResume("pause"));
onClick("resume", () => (page.phase === "paused" ? pauseOrResume("resume") : resume(resumeRun)));
onClick("stop", stop);
onClick("one-step", oneStep);
byId("inside", HTMLDetailsElement).addEventListener("toggle", onInsideToggle);
byId("steer-form", HTMLFormElement).addEventListener("submit", steer);
followForm();
followSettings();
followCare();

onClick("go-on", () => resume(resumeRun));
onClick("discard", discard);
onClick("forget", forgetAll);
onClick("forget-features", forgetFeatures);
onClick("forget-decisions", forgetDecisions);
byId("keep-nothing", HTMLInputElement).addEventListener("change", keepNothing);
byId("kept-list", HTMLElement).addEventListener("click", actOnKept);
onClick("open-newest", openNewest);
askBeforeLeaving();
onClick("download-all", downloadAllStored);
byId("files-list", HTMLElement).addEventListener("click", downloadStored);

onPick("predict-input", predict);
onDrop(byId("predict-drop", HTMLElement), (transfer) => predict([...transfer.files]));
onPick("open-model", openModel);
byId("pixels", HTMLFieldSetElement).addEventListener("change", choosePixels);
onPick("pixels-picture", tryPixels);
onClick("name-classes", nameClasses);
onClick("train-on", () => panel.chooseKept());
onClick("score", scoreOpened);
onClick("save-model", saveModel);
for (const button of document.querySelectorAll("[data-export]")) button.addEventListener("click", exportModel);
for (const button of document.querySelectorAll("[data-report]")) button.addEventListener("click", saveReport);
onClick("copy-keras", copyKeras);
onClick("show-copies", showCopies);
onClick("download-json", saveHistoryJson);
onClick("download-csv", saveHistoryCsv);

/** @param {boolean} again it was taken before a reload */
const takeLesson = (again) => late(() => import("./page/lesson/lesson.js"), "lesson").then(({ open }) => open(again), report);
onClick("take-lesson", () => takeLesson(false));
if (history.state?.lesson) void takeLesson(true);

followRuns();
followEvaluation();
listProgramFiles();
const started = start();
void started.then(offerLink).then(followFolds);
void keepPage(started);
