/**
 * Looks after the pictures once they are read: asks the trainer worker for what is wrong with them when it is idle, and says so in
 * a line. What shows more of it, and what changes pictures, is loaded when it is first needed.
 */

import { client } from "../client/trainer-client.js";
import { hear, say } from "../language/say.js";
import { reviewPictures } from "../pictures/step.js";
import { showError, showStatus } from "../state/controls.js";
import { isBusy, isRunning, page, report } from "../state/state.js";
import { byId, setText } from "../tools/dom.js";
import { late } from "../tools/late.js";
import { asksForCopies, keepsTogether } from "../training/form/grouping.js";
import { choice } from "../training/form/inputs.js";
import { beginReading, careReport, reading } from "./reading.js";

/** @import { Read } from "../pictures/step.js" */

/** Nothing is asked before the page has been idle for this long. */
const QUIET_MS = 700;
/** How often it is asked again, each time after twice as long, when the worker was busy or a part could not be loaded. */
const MOST_TRIES = 6;
/** After how long Fit says that it waits for what is found in the pictures, and how long it waits. */
const [SAID_MS, PATIENCE_MS] = [1000, 60_000];

const line = byId("care-line", HTMLElement);
const again = byId("care-again", HTMLElement);
const pattern = byId("group-pattern", HTMLInputElement);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let quiet;
/** Whether groups of pictures were made that a split keeps together. */
let grouped = false;
/** Whether the groups are being made for a run that was asked for. */
let making = false;

export function followCare() {
  reviewPictures(review);
  new MutationObserver(careSoon).observe(document.body, { attributeFilter: ["data-state"] });
  byId("care-open", HTMLButtonElement).addEventListener("click", () => late(() => import("./view.js"), "care").then(({ openCare }) => openCare()).catch(report));
  byId("group-by", HTMLSelectElement).addEventListener("change", previewPattern);
  pattern.addEventListener("input", previewPattern);
}

/** Other pictures were read: nothing is known of them yet, but what was decided about them before. @param {Read} read */
async function review(read) {
  beginReading();
  grouped = false;
  line.hidden = again.hidden = true;
  if (byId("care", HTMLElement).childElementCount > 0) await late(() => import("./view.js")).then(({ closeCare }) => closeCare());
  const { records, pictures } = await client.send({ type: "decisions", more: reading.remembered });
  if (!pictures) return read;
  const { decideAgain } = await late(() => import("./remembered.js"));
  const decided = await decideAgain(records, pictures, read.summary.classNames);
  if (!decided) return read;
  setText(again, decided.sentence);
  again.hidden = false;
  return decided.read;
}

function careSoon() {
  clearTimeout(quiet);
  if (isRunning()) reading.since.run = true;
  if (!page.data || isBusy()) return;
  const { decision, run } = reading.since;
  if (line.hidden) quiet = setTimeout(lookAfter, QUIET_MS, 1);
  else if ((decision || run) && !byId("care", HTMLElement).hidden) quiet = setTimeout(renew, QUIET_MS);
}

/** What is shown is no longer all that is known. */
const renew = () => late(() => import("./view.js")).then(({ renewCare }) => renewCare()).catch(report);

/** @param {number} tries */
async function lookAfter(tries) {
  const { count } = reading;
  if (!page.data || isBusy()) return;
  try {
    const reply = await careReport();
    const { hideWarnings, noticed } = await late(() => import("./notice.js"));
    if (count !== reading.count) return; // other pictures were read meanwhile
    setText(byId("care-text", HTMLElement), noticed(reply));
    line.hidden = false;
    hideWarnings();
    previewPattern();
  } catch (error) {
    if (isBusy()) return; // it is asked again when the page is idle
    if (tries < MOST_TRIES) quiet = setTimeout(lookAfter, QUIET_MS * 2 ** tries, tries + 1);
    else report(error);
  }
}

function previewPattern() {
  if (choice("group-by") !== "names" || !page.data) return;
  late(() => import("./pattern.js")).then(({ showPreview }) => showPreview()).catch(report);
}

/** What the run that begins keeps together; null if each picture is by itself. */
export const groupedBy = () => (!grouped ? null : choice("group-by") === "names" ? "names" : "duplicates");

/** Keeps that: after a reload the run can only go on with the same groups. */
export const keepGrouping = () => client.send({ type: "keep-grouping", grouping: grouped ? { by: choice("group-by"), pattern: pattern.value } : null });

/**
 * Makes the groups of a run of an earlier visit again, before it goes on.
 *
 * @returns {Promise<boolean>} false if they cannot be made; that was said
 */
export async function makeKeptGroups() {
  const kept = grouped || !page.data ? null : await client.send({ type: "grouping" });
  if (!kept) return true;
  for (const [id, value] of Object.entries({ "group-by": kept.by, "group-pattern": kept.pattern })) {
    const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(id, HTMLElement));
    field.value = value;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
  return makeGroups(true);
}

/** Whether the run that is set up keeps groups of pictures together, or whether groups of an earlier one are left. */
export const needsGroups = () => grouped || keepsTogether() || asksForCopies();

/**
 * Makes the groups that the next run keeps together. Where it cannot be found out which pictures are duplicates, a run that does
 * not need to know begins without groups, and says so.
 *
 * @param {boolean} [needed]
 * @returns {Promise<boolean>} false if the person has to change something first; that was said
 */
export async function makeGroups(needed = choice("group-by") === "names") {
  if (making) return false;
  making = true;
  byId("fit", HTMLButtonElement).ariaBusy = "true";
  showError("");
  const { count } = reading;
  try {
    if (asksForCopies()) await known().catch((error) => leaveOut(error, needed));
    if (count !== reading.count) return false; // other pictures were read meanwhile
    if (!grouped && !keepsTogether()) return true;
    const { groupPictures } = await late(() => import("./groups.js"));
    grouped = await groupPictures();
    return true;
  } catch (error) {
    report(error);
    return false;
  } finally {
    making = false;
    byId("fit", HTMLButtonElement).ariaBusy = null;
  }
}

/** Waits for what is found in the pictures, but not for ever; a person who waits is told for what. */
async function known() {
  const said = setTimeout(() => showStatus(say("Looking for duplicates, because they are held out together")), SAID_MS);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let limit;
  const over = new Promise((_, reject) => (limit = setTimeout(() => reject(new Error(say("that took more than a minute"))), PATIENCE_MS)));
  try {
    await Promise.race([careReport(), over]);
  } finally {
    clearTimeout(said);
    clearTimeout(limit);
  }
}

/** @param {unknown} error why it is not known which pictures are duplicates @param {boolean} needed */
function leaveOut(error, needed) {
  if (needed) throw error;
  const why = hear(error instanceof Error ? error.message : String(error));
  page.notes.push(say("It could not be found out which pictures are duplicates ({why}), so each picture was held out by itself.", { why }));
}
