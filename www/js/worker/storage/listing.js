/**
 * What the lists of the page show of all ended runs, in one file, so that hundreds of runs are listed without opening each: a
 * cache. What it says of a run goes before anything of that run is changed, and comes back with the next list. Of a few runs
 * there is none.
 */

import { storage } from "./door.js";
import { alone } from "./locks.js";
import { isMissing, readFile, remove, replaceFile, textOf } from "./opfs.js";

/**
 * @import { KeptRun } from "../../shared/protocol.js"
 * @import { RunLine } from "../../shared/runs.js"
 * @import { RunFile } from "./run-files.js"
 * @typedef {object} Entry
 * @property {Omit<KeptRun, "elsewhere">} kept
 * @property {Omit<RunLine, "elsewhere">} line
 * @property {RunFile[]} files what its callbacks wrote
 */

const NAME = "listing.json";
const FORMAT = 1;
/** Fewer runs are looked at one by one. */
const LEAST = 20;

/** Nobody changes a run meanwhile, and no other list is made. @template T @param {() => Promise<T>} work */
export const undisturbed = (work) => alone("listing", work);

/** @returns {Promise<Map<string, Entry>>} by the ids of the runs; some may no longer be there */
export async function readListing() {
  try {
    const file = await readFile(await storage(), NAME);
    const { format, entries } = file ? JSON.parse(await textOf(file)) : { format: 0, entries: [] };
    return new Map(format === FORMAT ? entries.map((/** @type {Entry} */ entry) => [entry.kept.id, entry]) : []);
  } catch (error) {
    if (error instanceof SyntaxError) return new Map(); // a damaged one is of no use
    throw error;
  }
}

/** @param {readonly Entry[]} entries of ended runs */
export async function writeListing(entries) {
  if (entries.length < LEAST) return forgetListing();
  const text = JSON.stringify({ format: FORMAT, entries });
  await replaceFile(await storage(), NAME, new TextEncoder().encode(text)).catch(forgetListing); // where there is no space, the runs are looked at
}

/** Called before and after something of a run changes that the lists show. @param {string} id */
export async function forgetListed(id) {
  const known = await readListing();
  if (known.delete(id)) await writeListing([...known.values()]);
}

export async function forgetListing() {
  await remove(await storage(), NAME).catch((error) => {
    if (!isMissing(error)) throw error;
  });
}
