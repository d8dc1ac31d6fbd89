/** Keeps what a person decided about pictures, what a run keeps together, and how far the folds of a cross-validation have come. */

import { listed } from "./care.js";
import { sendEvent, state } from "./state.js";
import { keepsNothing } from "./storage/door.js";
import { storeBefore } from "./storage/features.js";
import { changeNote, forgetNote, readNote } from "./storage/notes.js";
import { keepsNone, reason } from "./storage/reason.js";

/** @import { DecisionRecord, DecisionsReplies, FoldPlan, Grouping } from "../shared/decisions.js" */

const DECISIONS = "decisions";
const FOLDS = "folds";
const GROUPING = "grouping";

/** What the file holds, without what another version may have written. @param {any} file @returns {DecisionRecord[]} */
function recordsIn(file) {
  const records = file?.format === 1 && Array.isArray(file.records) ? file.records : [];
  return records.filter((/** @type {any} */ record) =>
    record && [record.content, record.path, record.given].every((text) => typeof text === "string") && (record.label === null || typeof record.label === "string"));
}

/**
 * The decisions about pictures that are loaded.
 *
 * @param {readonly DecisionRecord[]} more that the page remembers itself; they win over those that are kept
 * @returns {Promise<DecisionsReplies["decisions"]>}
 */
export async function decisionsOfPictures(more) {
  const kept = recordsIn(await readNote(DECISIONS).catch((error) => tell(error, "What you decided about pictures could not be read", " It does not apply; reload the page to try again.")));
  if (!state.pictures || kept.length + more.length === 0) return { records: [], pictures: null };
  const pictures = listed();
  const [contents, newer] = [new Set(pictures.contents), new Set(more.map(({ content }) => content))];
  const records = [...kept.filter(({ content }) => !newer.has(content)), ...more].filter(({ content }) => contents.has(content));
  return { records, pictures: records.length > 0 ? pictures : null };
}

/**
 * Keeps these in the place of all that were decided about the pictures that are loaded.
 *
 * @param {readonly DecisionRecord[]} records
 * @returns {Promise<string>} why they are not kept, a clause; empty if they are
 */
export async function keepDecisions(records) {
  const contents = new Set(state.pictures ? listed().contents : []);
  try {
    if (await keepsNothing()) return "you chose to keep nothing on this computer";
    await storeBefore(() => changeNote(DECISIONS, (before) => {
      const all = [...recordsIn(before).filter(({ content }) => !contents.has(content)), ...records];
      return all.length > 0 ? { format: 1, records: all } : null;
    }));
    return "";
  } catch (error) {
    return reason(error);
  }
}

/** How many decisions are kept, about whichever pictures. */
export const countDecisions = async () => recordsIn(await readNote(DECISIONS)).length;

export const forgetDecisions = () => forgetNote(DECISIONS);

/** Removes all of it. */
export async function forgetNotes() {
  for (const name of [DECISIONS, FOLDS, GROUPING]) await forgetNote(name);
}

/** @returns {Promise<Grouping | null>} */
export async function keptGrouping() {
  const kept = await readNote(GROUPING).catch(() => null);
  return typeof kept?.by === "string" && typeof kept.pattern === "string" ? kept : null;
}

/** Where it cannot be kept, the run can go on as long as the page is open. @param {Grouping | null} grouping */
export async function keepGrouping(grouping) {
  await storeBefore(() => changeNote(GROUPING, () => grouping)).catch((error) =>
    tell(error, "Which pictures belong together could not be kept in this browser", " After a reload the run could not go on."));
}

/** @returns {Promise<FoldPlan | null>} null if there are none that can go on */
export async function keptFolds() {
  const plan = await readNote(FOLDS).catch(() => null);
  return plan?.format === 1 && Array.isArray(plan.done) ? plan : null;
}

/** Where it cannot be kept, the folds can go on as long as the page is open. @param {FoldPlan | null} plan */
export async function keepFolds(plan) {
  await storeBefore(() => changeNote(FOLDS, () => plan)).catch((error) =>
    tell(error, "How far the folds have come could not be kept in this browser", " They can go on as long as the page is open."));
}

/**
 * Tells the page what could not be done, unless the person wishes that nothing is kept.
 *
 * @param {unknown} error
 * @param {string} what
 * @param {string} then
 */
function tell(error, what, then) {
  if (!keepsNone(error)) sendEvent({ type: "trouble", message: `${what}: ${reason(error)}.${then}` });
  return null;
}
