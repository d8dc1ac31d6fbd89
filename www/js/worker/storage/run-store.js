/**
 * One run in the browser's storage: its checkpoints, so that it can go on, and the files of its callbacks.
 *
 * Each run has a folder and a lock. The trainer worker holds the lock as long as it lives, so that two tabs never write
 * to the same run.
 */

import { entryNames, remove } from "./opfs.js";
import { RunFiles } from "./run-files.js";
import { Slots } from "./slots.js";

/**
 * @import { RunFile } from "./run-files.js"
 * @import { DeviceKind } from "../../../tabfit.js"
 * @typedef {{ date: number, device: DeviceKind, threads: number | null, files: RunFile[] }} Note
 *   when the checkpoint was saved, on what it trains, and the callbacks' files at that moment
 */

const RUNS = "runs";
/** A worker that was just terminated may hold its lock a moment longer. */
const LOCK_PATIENCE_MS = 3000;

export class RunStore {
  #id;
  /** @type {Slots<Note>} */
  #slots;
  #release;
  files;

  /**
   * @param {string} id
   * @param {FileSystemDirectoryHandle} folder
   * @param {() => void} release
   */
  constructor(id, folder, release) {
    this.#id = id;
    this.#slots = new Slots(folder);
    this.files = new RunFiles(folder);
    this.#release = release;
  }

  /** Makes the folder of a new run. */
  static async create() {
    const runs = await runsFolder();
    for (let id = Date.now(); ; id++) {
      const store = await RunStore.#claim(runs, String(id), true);
      if (store) return store;
    }
  }

  /** Of the runs that no other tab holds: the newest unfinished one, else the last finished one, else null. */
  static async newest() {
    const runs = await runsFolder();
    /** @type {RunStore | null} */
    let ended = null;
    for (const id of (await entryNames(runs)).sort().reverse()) {
      const store = await RunStore.#claim(runs, id, false);
      if (!store) continue;
      if (await store.unfinished) {
        await ended?.remove();
        return store;
      }
      await store.files.open();
      if (ended === null && store.files.list.length > 0) ended = store;
      else await store.remove();
    }
    return ended;
  }

  /** Removes every run that no other tab holds. */
  static async removeAll() {
    const runs = await runsFolder().catch((error) => {
      if (error.name !== "SecurityError") throw error;
    });
    if (!runs) return; // where nothing can be stored, nothing is
    for (const id of await entryNames(runs)) await (await RunStore.#claim(runs, id, false))?.remove();
  }

  /**
   * @param {FileSystemDirectoryHandle} runs
   * @param {string} id
   * @param {boolean} create
   */
  static async #claim(runs, id, create) {
    const release = await lock(`tabfit run ${id}`);
    return release && new RunStore(id, await runs.getDirectoryHandle(id, { create }), release);
  }

  /**
   * @param {Uint8Array} checkpoint
   * @param {DeviceKind} device the run trains on
   * @param {number | null} threads
   */
  async save(checkpoint, device, threads) {
    await this.#slots.write({ date: Date.now(), device, threads, files: this.files.state }, checkpoint);
    await this.files.tidy();
  }

  get unfinished() {
    return this.#slots.intact().then(({ length }) => length > 0);
  }

  /**
   * Opens the newest checkpoint that `open` accepts and brings the files back to that moment; null if there is none.
   *
   * @template T
   * @param {(checkpoint: Uint8Array) => Promise<T>} open rejects a damaged checkpoint
   */
  async restore(open) {
    for (const slot of await this.#slots.intact()) {
      const opened = await open(await this.#slots.read(slot)).catch((error) => {
        if (error.name !== "ModelFileError") throw error;
      });
      if (opened === undefined) continue;
      await this.files.restore(slot.note.files);
      return { opened, ...slot.note };
    }
    return null;
  }

  /** The run has ended: its checkpoints go, its files stay. */
  async finish() {
    await this.#slots.clear();
    await this.files.tidy();
  }

  async remove() {
    await remove(await runsFolder(), this.#id);
    this.#release();
  }
}

/** Rejects where the browser stores nothing: in some private windows, for pages loaded over plain HTTP, in GTK's WebKit. */
async function runsFolder() {
  if (!isSecureContext || !navigator.storage?.getDirectory) throw new DOMException("not for this page", "SecurityError");
  return (await navigator.storage.getDirectory()).getDirectoryHandle(RUNS, { create: true });
}

/**
 * Takes a lock. It is held until the returned function is called or this worker ends; null if another tab holds it.
 *
 * @param {string} name
 * @returns {Promise<(() => void) | null>}
 */
function lock(name) {
  return new Promise((resolve) => {
    const held = () => new Promise((/** @type {(value: void) => void} */ release) => resolve(() => release()));
    navigator.locks.request(name, { signal: AbortSignal.timeout(LOCK_PATIENCE_MS) }, held).catch(() => resolve(null));
  });
}
