/** What the section of runs knows: the rows of its table, which of them are ticked, and the runs that are only in memory. */

import { lineOf } from "../../shared/run-line.js";
import { client } from "../client/trainer-client.js";

/**
 * @import { Run, RunLine } from "../../shared/runs.js"
 * @import { Order } from "./columns.js"
 */

export const shelf = {
  /** @type {RunLine[]} */
  lines: [],
  /** @type {Order} */
  order: { column: "date", descending: true },
  /** The ticked runs, each with the place of its letter and colour, which it keeps while it is ticked. @type {Map<string, number>} */
  ticked: new Map(),
  /** Imported runs that could not be kept. @type {Map<string, Run>} */
  memory: new Map(),
  /** Why runs are not kept, a clause; empty if they are. */
  why: "",
};

/** Runs that were read, by their ids. @type {Map<string, Promise<Run>>} */
const read = new Map();

/** Asks for the rows anew: something has changed. */
export async function loadLines() {
  const { runs, why } = await client.send({ type: "runs" });
  read.clear();
  const unkept = Array.from(shelf.memory, ([id, { about }]) => ({ ...lineOf(id, about, true), elsewhere: false }));
  shelf.lines = [...unkept, ...runs];
  if (why || shelf.memory.size === 0) shelf.why = why;
  const there = new Set(shelf.lines.map(({ id }) => id));
  for (const id of shelf.ticked.keys()) if (!there.has(id)) shelf.ticked.delete(id);
}

/**
 * Settings, scores and curves of a run.
 *
 * @param {string} id
 * @returns {Promise<Run>}
 */
export function runOf(id) {
  const run = shelf.memory.get(id) ?? read.get(id) ?? client.send({ type: "run", id });
  if (run instanceof Promise) read.set(id, run);
  return Promise.resolve(run);
}

/** @param {string} id @param {boolean} wished */
export function tick(id, wished) {
  if (!wished) shelf.ticked.delete(id);
  else if (!shelf.ticked.has(id)) {
    const taken = new Set(shelf.ticked.values());
    let place = 0;
    while (taken.has(place)) place++;
    shelf.ticked.set(id, place);
  }
}

/** The rows of the ticked runs, in the order of their letters. */
export function tickedLines() {
  return [...shelf.ticked].sort(([, a], [, b]) => a - b).flatMap(([id]) => shelf.lines.find((line) => line.id === id) ?? []);
}
