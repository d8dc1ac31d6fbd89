/** Step 1: has the trainer worker read the picked files. */

import { sendEntries } from "../client/entries.js";
import { client } from "../client/trainer-client.js";
import { changePart, needsPart } from "../device.js";
import { say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { TrainerError } from "../../shared/errors.js";
import { showError } from "../state/controls.js";
import { backToReady, isBusy, page, refresh, report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { chosenDevice } from "../training/form/device.js";
import { offerClassWeights } from "../training/form/loss.js";
import { comingRun, comingThreads } from "../training/form/run-config.js";
import { showProgress } from "../training/progress/view.js";
import { hideLoading, showData, showLoading } from "./view.js";

/**
 * @import { FolderEntry, Replies } from "../../shared/protocol.js"
 * @typedef {Pick<Replies["load"], "summary" | "thumbnails">} Read
 */

const imageSize = byId("image-size", HTMLSelectElement);

/** May change what was read before it is shown and trained on. @type {((read: Read) => Promise<Read>)[]} */
const reviewers = [];

/** @param {(read: Read) => Promise<Read>} review */
export const reviewPictures = (review) => reviewers.push(review);

/** Cancels the search for files. */
let search = new AbortController();

/** @param {(signal: AbortSignal) => FolderEntry[] | Promise<FolderEntry[]>} find is called at once, and finds the files */
export async function load(find) {
  if (isBusy()) return;
  const { phase, entries } = page;
  page.phase = "loading";
  search = new AbortController();
  showError("");
  showLoading(0, 0);
  refresh(say("Looking at the files"));
  try {
    page.entries = await find(search.signal);
    if (page.entries.length === 0) throw new TrainerError("DatasetError", say("There is no file in that folder."));
    const noWebgpu = needsPart() ? await changePart() : "";
    await sendEntries(page.entries, search.signal);
    refresh(say("Reading pictures"));
    /** @type {Read} */
    let reply = await client.send({ type: "load", imageSize: Number(imageSize.value), run: comingRun(), threads: comingThreads() });
    for (const review of reviewers) reply = await review(reply);
    page.data = reply.summary;
    page.scorable = false;
    showData(reply.summary, reply.thumbnails);
    showProgress(0, say("Press Fit to train."));
    offerClassWeights(reply.summary.classNames);
    void panel.suit(reply.summary.imageSize, reply.summary.classNames);
    backToReady();
    if (noWebgpu) showError(noWebgpu);
  } catch (error) {
    report(error);
    // The trainer worker still holds the pictures it had before, unless it was lost.
    if (page.started) {
      page.phase = phase;
      page.entries = entries;
      if (page.data) imageSize.value = String(page.data.imageSize);
      refresh(phase === "done" ? say("Done") : say("Ready"));
    }
  } finally {
    hideLoading();
  }
}

/** Another size was chosen: reads the pictures again. */
export function resize() {
  if (page.entries.length > 0) return load(() => page.entries);
  return panel.suit(Number(imageSize.value), []);
}

/** The person wants the size that suits the chosen network. */
export function useSuitedSize() {
  if (panel.suitedSize === null) return;
  chooseSize(panel.suitedSize);
  return resize();
}

/**
 * Makes sure that the pictures have this size, and that the chosen device can train on them, by reading them again if not.
 *
 * @param {number} size
 * @returns whether that is so now
 */
export async function loadAt(size) {
  const [device, failed] = [chosenDevice(), page.gpuFailed];
  if (page.data && !isLoadedAt(size)) {
    chooseSize(size);
    await load(() => page.entries);
  }
  return isLoadedAt(size) && (chosenDevice() === device || failed); // without the GPU that failed, the processor trains
}

/** @param {number} size */
export const isLoadedAt = (size) => page.data?.imageSize === size && !needsPart();

/** @param {number} size is added to the list if it is not there */
export function chooseSize(size) {
  if ([...imageSize.options].every(({ value }) => value !== String(size))) {
    imageSize.add(new Option(`${size} × ${size}`, String(size)));
  }
  imageSize.value = String(size);
}

export function cancelLoad() {
  search.abort();
  return client.send({ type: "stop" }).catch(report);
}
