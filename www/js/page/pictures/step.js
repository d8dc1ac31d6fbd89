/**
 * Step 1: from files to a dataset in the worker.
 */

import { client } from "../client/trainer-client.js";
import { panel } from "../network/panel.js";
import { showError } from "../state/controls.js";
import { isBusy, page, refresh, report, rest } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { offerClassWeights } from "../training/form/loss.js";
import { comingRun } from "../training/form/run-config.js";
import { showProgress } from "../training/progress/view.js";
import { hideLoading, showData, showLoading } from "./view.js";

/** @import { FolderEntry } from "../../shared/protocol.js" */

const imageSize = byId("image-size", HTMLSelectElement);

/** @param {FolderEntry[]} picked */
export async function load(picked) {
  if (isBusy()) return;
  if (picked.length === 0) {
    showError("There is no file in that folder.");
    return;
  }
  const { phase, entries } = page;
  page.phase = "loading";
  page.entries = picked;
  showError("");
  showLoading(0, 0);
  refresh("Reading pictures");
  try {
    const reply = await client.send({ type: "load", entries: picked, imageSize: Number(imageSize.value), run: comingRun() });
    page.data = reply.summary;
    page.scorable = false;
    showData(reply.summary, reply.thumbnails);
    showProgress(0, "Press Fit to train.");
    offerClassWeights(reply.summary.classNames);
    void panel.suit(reply.summary.imageSize, reply.summary.classNames);
    rest();
  } catch (error) {
    report(error);
    // Unless they were lost with the worker, the pictures of before are still in place.
    if (page.started) {
      page.phase = phase;
      page.entries = entries;
      if (page.data) imageSize.value = String(page.data.imageSize);
      refresh(phase === "done" ? "Done" : "Ready");
    }
  } finally {
    hideLoading();
  }
}

/** Another size: the pictures are read again from the files the page has kept. */
export function resize() {
  if (page.entries.length > 0) return load(page.entries);
  return panel.suit(Number(imageSize.value), []);
}

/**
 * Sees to it that the pictures have this size, by reading them again where they have another.
 *
 * @param {number} size
 * @returns whether they have it now
 */
export async function loadAt(size) {
  if (page.data && page.data.imageSize !== size) {
    chooseSize(size);
    await load(page.entries);
  }
  return page.data?.imageSize === size;
}

/** @param {number} size it may be one that the list does not offer */
export function chooseSize(size) {
  if ([...imageSize.options].every(({ value }) => value !== String(size))) {
    imageSize.add(new Option(`${size} × ${size}`, String(size)));
  }
  imageSize.value = String(size);
}

export function cancelLoad() {
  return client.send({ type: "stop" }).catch(report);
}
