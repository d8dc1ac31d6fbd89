/**
 * What frozen layers made of pictures, so that a later run need not compute it: a cache. Each file is named after what it is
 * of and written as a whole. Networks and checkpoints go first: the oldest files make room for new ones, all of them for a
 * checkpoint, and much of what the browser allows stays free.
 */

import { TrainerError } from "../../shared/errors.js";
import { space, storage } from "./door.js";
import { alone } from "./locks.js";
import { entryNames, folderIn, readFile, remove, renameFile, withFile, writeAll } from "./opfs.js";

/** @import { FeatureFile } from "../../../tabfit.js" */

const FOLDER = "features";
/** The name of a file that is not whole yet ends so. */
const DRAFT = ".part";
/** The most bytes of all files together, with their heads and checksums: 512 MB. */
const MOST = 512e6;
/** The share of what the browser allows that stays free. */
const FREE = 0.25;

/**
 * A kept file; null if there is none.
 *
 * @param {string} name
 */
export async function keptFile(name) {
  const folder = await folderIfThere();
  return folder && readFile(folder, name);
}

/** @param {string} name */
export function removeFile(name) {
  return inFolder((folder) => remove(folder, name));
}

/**
 * Keeps a file, in the place of older ones. Rejects with a "NoRoom" error where too little space would be left.
 *
 * @param {FeatureFile} file
 * @param {(part: number) => Promise<Uint8Array>} read
 * @returns {Promise<boolean>} false if it is kept already
 */
export function keepFile({ name, bytes, parts }, read) {
  return inFolder(async (folder) => {
    const files = await filesIn(folder);
    if (files.some((file) => file.name === name)) return false;
    await makeRoom(folder, files, bytes);
    const draft = name + DRAFT;
    try {
      await withFile(folder, draft, async (file) => {
        for (let part = 0, at = 0; part < parts; part++) {
          const piece = await read(part);
          writeAll(file, piece, at);
          at += piece.length;
        }
        file.flush();
      });
      await storage(); // another tab may meanwhile have been told to keep nothing
      await renameFile(folder, draft, name);
      return true;
    } catch (error) {
      await remove(folder, draft).catch(() => {}); // half a file is of no use, and the disk may be full
      throw error;
    }
  });
}

/**
 * Removes the oldest files, if that makes room for a new one.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {File[]} files the oldest first
 * @param {number} bytes of the new one
 */
async function makeRoom(folder, files, bytes) {
  const known = await space();
  const all = sizeOf(files);
  let missing = Math.max(all + bytes - MOST, known ? bytes + FREE * known.quota - (known.quota - known.usage) : 0);
  if (missing > all) throw new TrainerError("NoRoom", "too little space would be left for networks.");
  for (const { name, size } of files) {
    if (missing <= 0) break;
    await remove(folder, name);
    missing -= size;
  }
}

/** Bytes of everything that is kept. */
export async function sizeOfFeatures() {
  const folder = await folderIfThere();
  return folder ? sizeOf(await filesIn(folder)) : 0;
}

/** Removes everything. @returns {Promise<boolean>} whether there was anything */
export async function forgetFeatures() {
  if (!(await folderIfThere())) return false;
  await alone(FOLDER, async () => remove(await storage(), FOLDER));
  return true;
}

/**
 * Stores something else, without the features if there is no space for both.
 *
 * @param {() => Promise<unknown>} work can be done again after it failed
 */
export async function storeBefore(work) {
  try {
    await work();
  } catch (error) {
    const full = error instanceof Error && error.name === "QuotaExceededError";
    if (!full || !(await forgetFeatures().catch(() => false))) throw error;
    await work();
  }
}

/** The files, the oldest first, without those that are not whole. @param {FileSystemDirectoryHandle} folder */
async function filesIn(folder) {
  const names = (await entryNames(folder)).filter((name) => !name.endsWith(DRAFT));
  const files = await Promise.all(names.map((name) => readFile(folder, name)));
  return files.filter((file) => file !== null).sort((a, b) => a.lastModified - b.lastModified);
}

/** @param {File[]} files */
const sizeOf = (files) => files.reduce((sum, { size }) => sum + size, 0);

/**
 * Changes files without another tab doing so meanwhile.
 *
 * @template T
 * @param {(folder: FileSystemDirectoryHandle) => Promise<T>} work
 * @returns {Promise<T>}
 */
function inFolder(work) {
  return alone(FOLDER, async () => {
    const folder = await folderIn(await storage(), FOLDER, true);
    const broken = (await entryNames(folder)).filter((name) => name.endsWith(DRAFT)); // their tabs were closed
    for (const name of broken) await remove(folder, name);
    return work(folder);
  });
}

async function folderIfThere() {
  const all = await storage();
  return (await entryNames(all)).includes(FOLDER) ? folderIn(all, FOLDER) : null;
}
