/**
 * What the lists of the page show of all ended runs, in one file, so that hundreds of runs are listed without opening each: a
 * cache. What it says of a run goes before anything of that run is changed, and comes back with the next list. Of a few runs
 * there is none.
 */

import { list, object } from "../../shared/run-about.js";
import { storage, storageToClear } from "./door.js";
import { alone } from "./locks.js";
import { isMissing, jsonIn, remove, replaceFile } from "./opfs.js";
import { areFiles } from "./run-files.js";

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
  const { format, entries } = object(await jsonIn(await storage(), NAME)) ?? {};
  return new Map((format === FORMAT ? list(entries) : []).filter(isEntry).map((entry) => [entry.kept.id, entry]));
}

/** Whether everything is there that the lists rely on; a run whose entry is damaged is looked at anew. @param {unknown} value @returns {value is Entry} */
function isEntry(value) {
  const { kept, line, files } = object(value) ?? {};
  const [one, other] = [object(kept), object(line)];
  if (!one || !other || typeof one["id"] !== "string" || one["id"] !== other["id"] || !areFiles(files)) return false;
  const { name, ended, classNames, date, imageSize, epoch, epochs, size, accuracy } = one;
  const plain = Object.entries(other).every(([key, part]) => key === "imported" || part === null || typeof part !== "object");
  return typeof name === "string" && name === other["name"] && ended === true && Array.isArray(classNames) && classNames.every((of) => typeof of === "string")
    && [date, imageSize, epoch, epochs, size, object(accuracy)?.["value"] ?? 0].every((number) => Number.isFinite(number))
    && Number.isFinite(other["date"]) && plain;
}

/** @param {readonly Entry[]} entries of ended runs */
export async function writeListing(entries) {
  if (entries.length < LEAST) return forgetListing();
  const text = JSON.stringify({ format: FORMAT, entries });
  await replaceFile(await storage(), NAME, new TextEncoder().encode(text)).catch(forgetListing); // where there is no space, the runs are looked at
}

/** Called before and after something of a run changes that the lists show. @param {string} id */
export async function forgetListed(id) {
  const known = await readListing().catch((error) => {
    if (error.name !== "KeepsNothing") throw error;
    return null;
  });
  if (!known) await forgetListing();
  else if (known.delete(id)) await writeListing([...known.values()]);
}

export async function forgetListing() {
  await remove(await storageToClear(), NAME).catch((error) => {
    if (!isMissing(error)) throw error;
  });
}
