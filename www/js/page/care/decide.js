/**
 * Decisions about pictures: one is left out, or counts as one of another class. The trainer worker then trains on the pictures as
 * they are decided; no file on the disk is touched. Each decision can be undone, and is kept for the next visit.
 */

import { client } from "../client/trainer-client.js";
import { hear, say } from "../language/say.js";
import { showData } from "../pictures/view.js";
import { TrainerError } from "../../shared/errors.js";
import { isBusy, page, refresh } from "../state/state.js";
import { byId, setText } from "../tools/dom.js";
import { choice } from "../training/form/inputs.js";
import { care, isKnown, givenClass, knowPictures, tellDecided } from "./pictures.js";
import { hideWarnings, noticed } from "./notice.js";
import { careReport, reading, remember } from "./reading.js";
import { recordsOf } from "./records.js";

/**
 * @import { Revisions } from "../../shared/care.js"
 * @import { Replies } from "../../shared/protocol.js"
 * @import { Decision } from "./records.js"
 * @typedef {{ id: number, before: Decision | undefined, after: Decision | undefined }} Change
 */

/** The most steps that can be undone. */
const MOST = 200;

/** What can be undone and done again, of the pictures of one reading. @type {{ of: number, done: Change[][], undone: Change[][] }} */
let known = { of: -1, done: [], undone: [] };
const steps = () => (known = known.of === reading.count ? known : { of: reading.count, done: [], undone: [] });

/** One change after the other. @type {Promise<unknown>} */
let last = Promise.resolve();

export const canUndo = () => steps().done.length > 0;
export const canRedo = () => steps().undone.length > 0;

/** What was decided about a picture; null if nothing. @param {number} id */
export const decided = (id) => /** @type {{ label?: string, excluded?: boolean } | null} */ ((isKnown() && care.decisions.get(id)) || null);

/**
 * Decides about pictures.
 *
 * @param {readonly number[]} ids
 * @param {{ label: string } | { excluded: boolean }} what its class, or whether it is left out
 * @returns {Promise<void>} rejects with a sentence if that cannot be; then nothing is changed
 */
export async function decide(ids, what) {
  await knowPictures();
  await change(ids.map((id) => {
    const before = care.decisions.get(id);
    if ("label" in what) return { id, before, after: what.label === givenClass(id) ? undefined : { label: what.label } };
    if (what.excluded) return { id, before, after: /** @type {const} */ ({ excluded: true }) };
    return { id, before, after: before && "label" in before ? before : undefined };
  }));
}

/** Takes back every decision about pictures. @param {readonly number[]} ids */
export const restore = (ids) => change(ids.map((id) => ({ id, before: care.decisions.get(id), after: undefined })));

/** @param {readonly Change[]} changes as one step, which can be undone */
export function change(changes) {
  const real = changes.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  if (real.length === 0) return Promise.resolve();
  return inTurn(async () => {
    await apply(real.map(({ id, after }) => [id, after]));
    const { done } = steps();
    done.push(real);
    if (done.length > MOST) done.shift();
    steps().undone = [];
    tellDecided();
  });
}

/** @returns {Promise<number>} how many pictures that was about */
export const undo = () => step("done", "undone", "before");
/** @returns {Promise<number>} */
export const redo = () => step("undone", "done", "after");

/** @param {"done" | "undone"} from @param {"done" | "undone"} to @param {"before" | "after"} which */
function step(from, to, which) {
  return inTurn(async () => {
    const changes = steps()[from].at(-1);
    if (!changes) return 0;
    await apply(changes.map((change) => [change.id, change[which]]));
    steps()[to].push(/** @type {Change[]} */ (steps()[from].pop()));
    tellDecided();
    return changes.length;
  });
}

/** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
function inTurn(work) {
  const own = last.then(work);
  last = own.catch(() => {});
  return own;
}

/** @param {[number, Decision | undefined][]} changes */
async function apply(changes) {
  const before = care.decisions;
  care.decisions = new Map(before);
  for (const [id, decision] of changes) {
    if (decision) care.decisions.set(id, decision);
    else care.decisions.delete(id);
  }
  try {
    await revise();
  } catch (error) {
    care.decisions = before;
    throw error;
  }
  await keep();
}

/** Has the trainer worker make the pictures as they are decided, and shows how many there are. */
export async function revise() {
  if (isBusy()) throw new TrainerError("BusyError", say("While a network trains, its pictures stay as they are; wait for the end, or stop it first."));
  const reply = await client.send({ type: "revise", changes: revisions() });
  reading.since.decision = true;
  show(reply);
}

/** @returns {Revisions} */
export function revisions() {
  const all = [...care.decisions];
  return {
    labels: all.flatMap(([id, decision]) => ("label" in decision ? [/** @type {[number, string]} */ ([id, decision.label])] : [])),
    excluded: all.flatMap(([id, decision]) => ("excluded" in decision ? [id] : [])),
    groups: care.groups,
    groupedBy: care.groups && choice("group-by") === "names" ? "names" : care.groups && "duplicates",
  };
}

/** @param {Pick<Replies["load"], "summary" | "thumbnails">} read */
function show({ summary, thumbnails }) {
  const samples = byId("samples", HTMLDetailsElement);
  const { open } = samples;
  page.data = summary;
  showData(summary, thumbnails);
  samples.open = open;
  void careReport().then((found) => setText(byId("care-text", HTMLElement), noticed(found))).catch(() => {}); // then there is no line
  hideWarnings();
  refresh();
}

/** Why the decisions are not kept, a clause; empty if they are. */
export const keeping = { why: "" };

async function keep() {
  if (!care.pictures) return;
  const records = recordsOf(care.decisions, care.pictures, care.classNames);
  remember(records, care.pictures.contents);
  keeping.why = hear(await client.send({ type: "keep-decisions", records }).catch(({ message }) => String(message)));
}
