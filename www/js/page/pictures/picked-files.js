/** The files that a person picks or drops, with their paths. */

import { TrainerError } from "../../shared/errors.js";
import { isArchive, mayBePicture } from "../../shared/names.js";
import { say } from "../language/say.js";

/** @import { FolderEntry } from "../../shared/protocol.js" */

/** The most files that are looked at before the page may do something else. */
const AT_ONCE = 1000;
/** How many dropped files are opened at once. */
const OPENED = 32;

const nextTask = () => new Promise((resolve) => setTimeout(resolve));

/**
 * The files of an input.
 *
 * The path is read on the page, because Safari clears `webkitRelativePath` when a file is sent to a worker.
 *
 * @param {readonly File[]} files
 * @param {AbortSignal} signal
 * @returns {Promise<FolderEntry[]>}
 */
export async function pickedEntries(files, signal) {
  /** @type {FolderEntry[]} */
  const entries = [];
  for (const file of files) {
    entries.push({ path: file.webkitRelativePath || file.name, file });
    if (entries.length % AT_ONCE === 0) await nextTask();
    signal.throwIfAborted();
  }
  return entries;
}

/**
 * The files of a folder input. Browsers of phones let a person choose a folder, and hand over its files without it.
 *
 * @param {readonly File[]} files
 * @param {AbortSignal} signal
 */
export async function folderEntries(files, signal) {
  const entries = await pickedEntries(files, signal);
  if (entries.some(({ path }) => path.includes("/") || isArchive(path))) return entries;
  const sentence = say("This browser hands over files without their folders; choose a .zip of the folder instead.");
  throw new TrainerError("DatasetError", sentence);
}

/**
 * The dropped files, including those in dropped folders and their subfolders. The file of an entry is null if its name is not
 * one of those that are read, or if the browser could not open it; the path of a folder that it could not open ends in a slash.
 *
 * The browser empties `transfer.items` as soon as the event handler returns, so they are read before the first `await`.
 *
 * @param {DataTransfer} transfer
 * @param {AbortSignal} signal
 * @param {(found: number) => void} onFound
 */
export async function droppedEntries(transfer, signal, onFound) {
  const waiting = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  /** @type {FolderEntry[]} */
  const entries = [];
  /** @type {FileSystemEntry[]} */
  const files = [];
  // All folders first: while Chromium lists one, it opens thousands of files in one task.
  for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
    if (!entry.isDirectory) {
      files.push(entry);
      continue;
    }
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    for (let children = await some(reader); children?.length !== 0; children = await some(reader)) {
      signal.throwIfAborted();
      if (!children) {
        entries.push({ path: `${pathOf(entry)}/`, file: null });
        break;
      }
      waiting.push(...children); // a browser gives some hundred at once
      onFound(files.length + waiting.length);
    }
  }
  for (let at = 0; at < files.length; at += OPENED) {
    signal.throwIfAborted();
    entries.push(...(await Promise.all(files.slice(at, at + OPENED).map(opened))));
    onFound(entries.length);
    await nextTask();
  }
  return entries;
}

/**
 * The next children of a folder, an empty list after the last, or null if the browser cannot open it.
 *
 * @param {FileSystemDirectoryReader} reader
 * @returns {Promise<FileSystemEntry[] | null>}
 */
const some = (reader) => new Promise((resolve) => reader.readEntries(resolve, () => resolve(null)));

/**
 * @param {FileSystemEntry} entry a file
 * @returns {Promise<FolderEntry>}
 */
async function opened(entry) {
  const path = pathOf(entry);
  if (!mayBePicture(path) && !isArchive(path)) return { path, file: null };
  /** @type {File | null} */
  const file = await new Promise((resolve) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, () => resolve(null)));
  return { path, file };
}

/** @param {FileSystemEntry} entry */
const pathOf = (entry) => entry.fullPath.replace(/^\//, "");
