/** What the care of pictures knows: those that are loaded, what was found in them, and what was decided about them. */

import { page } from "../state/state.js";
import { careReport, reading } from "./reading.js";

/**
 * @import { CareReport, Pictures } from "../../shared/care.js"
 * @import { Decision, Decisions } from "./records.js"
 */

export const care = {
  /** Null before they are needed. @type {Pictures | null} */
  pictures: null,
  /** @type {readonly string[]} */
  classNames: [],
  /** What was found in them; null before it is needed. @type {CareReport | null} */
  report: null,
  /** @type {Decisions} */
  decisions: new Map(),
  /** Equal numbers belong together in every split; null if each picture is by itself. @type {Uint32Array | null} */
  groups: null,
  /** Of which reading all of this is. */
  count: -1,
};

/** Whether something is known of the pictures that are loaded. */
export const isKnown = () => care.count === reading.count;

/** @param {Pictures} pictures @param {readonly string[]} classNames */
export function takePictures(pictures, classNames) {
  Object.assign(care, { pictures: { ...pictures, labels: pictures.given }, classNames, // what the folder says, whatever was decided
    report: null, decisions: new Map(), groups: null, count: reading.count });
}

/**
 * Asks for the pictures and what was found in them, unless that is known.
 *
 * @returns {Promise<void>}
 */
export async function knowPictures() {
  const { count } = reading;
  const { pictures, ...report } = await careReport();
  if (count !== reading.count) return knowPictures(); // others were read meanwhile
  if (!isKnown()) takePictures(pictures, page.data?.classNames ?? []);
  care.report = report;
}

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener is called when something was decided, until all are forgotten */
export const onDecided = (listener) => void listeners.add(listener);

/** @type {Set<(issues: boolean) => void>} */
const finders = new Set();

/** @param {(issues: boolean) => void} listener is called when something else was found, until all are forgotten; about weak pictures, too, or not */
export const onFound = (listener) => void finders.add(listener);

/** @param {boolean} issues */
export const tellFound = (issues) => finders.forEach((listener) => listener(issues));

/** Nothing is shown any more that could change. */
export function forgetListeners() {
  listeners.clear();
  finders.clear();
}

export const tellDecided = () => listeners.forEach((listener) => listener());

/** @param {number} id @returns {Decision | undefined} */
export const decisionOf = (id) => care.decisions.get(id);

/** Where a picture was found. @param {number} id */
export const pathOf = (id) => care.pictures?.paths[id] ?? "";

const names = new Intl.Collator(undefined, { numeric: true });

/** The order of two pictures by their paths. @param {number} a @param {number} b */
export const byPath = (a, b) => names.compare(pathOf(a), pathOf(b));

/** The class that its folder gives it. @param {number} id */
export const givenClass = (id) => care.classNames[care.pictures?.labels[id] ?? 0] ?? "";

/** The part that its folder gives it: 0, 1 or 2. @param {number} id */
export const partOf = (id) => care.pictures?.parts[id] ?? 0;

/** @param {number} id */
export const isOut = (id) => {
  const decision = decisionOf(id);
  return decision !== undefined && "excluded" in decision;
};
