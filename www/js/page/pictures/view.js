/** Step 1 on the page: progress, classes and counts, thumbnails, warnings, skipped files. */

import { hear, say } from "../language/say.js";
import { bitmapCanvas, byId, cloneTemplate, element, row, setText, within } from "../tools/dom.js";
import { count, fileSize, many } from "../tools/format.js";

/** @import { DatasetSummary } from "../../../tabfit.js" */

const loading = byId("loading", HTMLElement);
const bar = byId("load-progress", HTMLProgressElement);
const text = byId("load-text", HTMLElement);
const table = byId("class-table", HTMLTableElement);
const skipped = byId("skipped", HTMLDetailsElement);
const warnings = byId("warnings", HTMLElement);
const samples = byId("samples", HTMLDetailsElement);
/** The most classes that are listed. */
const LISTED = 400;

/** @param {number} found files so far */
export function showFound(found) {
  setText(text, say("Looking at the files: {found} so far", { found: count(found) }));
}

/**
 * @param {number} done
 * @param {number} total 0 while it is not known
 */
export function showLoading(done, total) {
  loading.hidden = false;
  bar.max = total || 1;
  if (total) bar.value = done;
  else bar.removeAttribute("value"); // shows activity without a value
  setText(text, total ? say("Reading pictures: {done} of {total}", { done: count(done), total: count(total) }) : say("Looking at the files"));
}

/**
 * Pictures that come along are being fetched.
 *
 * @param {number} loaded bytes
 * @param {number | null} total null if it is not known
 */
export function showFetching(loaded, total) {
  bar.max = total ?? 1;
  if (total !== null) bar.value = loaded;
  const values = { loaded: fileSize(loaded), total: fileSize(total ?? 0) };
  setText(text, total === null ? say("Loading the handwritten digits: {loaded}", values) : say("Loading the handwritten digits: {loaded} of {total}", values));
}

/** A run begins: its curves take the place of the pictures. */
export function foldSamples() {
  samples.open = false;
}

export function hideLoading() {
  loading.hidden = true;
}

/**
 * @param {DatasetSummary} summary
 * @param {ImageBitmap[][]} thumbnails
 */
export function showData(summary, thumbnails) {
  byId("data", HTMLElement).hidden = samples.hidden = false;
  samples.open = true;
  showCounts(summary);
  showThumbnails(summary.classNames, thumbnails);
  warnings.hidden = summary.warnings.length === 0;
  warnings.replaceChildren(...summary.warnings.map((sentence) => element("li", hear(sentence))));
  skipped.hidden = summary.skippedCount === 0;
  setText(byId("skipped-count", HTMLElement), many(summary.skippedCount, "file skipped", "files skipped"));
  byId("skipped-list", HTMLElement).replaceChildren(
    ...summary.skipped.map(({ path, reason }) => element("li", say("{path} — {reason}", { path, reason: hear(reason) }))),
  );
}

/** @param {DatasetSummary} summary */
function showCounts({ classNames, counts: { training, validation, test } }) {
  const parts = [training, validation, test];
  const more = classNames.length - LISTED;
  /** @type {(numbers: number[] | null, i: number) => string} */
  const cell = (numbers, i) => (numbers ? count(numbers[i] ?? 0) : "–");
  table.tBodies[0]?.replaceChildren(
    ...classNames.slice(0, LISTED).map((name, i) => row([name, ...parts.map((part) => cell(part, i))])),
    ...(more > 0 ? [row([more === 1 ? say("and {n} more class", { n: more }) : say("and {n} more classes", { n: count(more) })])] : []),
  );
  table.tFoot?.replaceChildren(
    row([say("All"), ...parts.map((part) => (part ? count(part.reduce((sum, n) => sum + n, 0)) : "–"))]),
  );
}

/**
 * @param {readonly string[]} classNames
 * @param {ImageBitmap[][]} thumbnails
 */
function showThumbnails(classNames, thumbnails) {
  byId("thumbnails", HTMLElement).replaceChildren(
    ...classNames.slice(0, LISTED).map((name, i) => {
      const strip = cloneTemplate("strip-template");
      within(strip, ".strip-name").textContent = name;
      within(strip, ".strip-pictures").append(
        ...(thumbnails[i] ?? []).map((bitmap) => bitmapCanvas(bitmap, say("A training picture of {name}", { name }))),
      );
      return strip;
    }),
  );
}
