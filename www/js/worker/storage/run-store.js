/**
 * The place of one run in the browser's storage: its state, so that it can go on, and the files of its callbacks.
 * Worker side.
 *
 * Each run has a folder, and a lock that is held as long as its worker lives: two tabs never write to the same run.
 */

import { names, remove } from "./opfs.js";
import { RunFiles } from "./run-files.js";
import { Slots } from "./slots.js";

/**
 * @import { RunFile } from "./run-files.js"
 * @import { DeviceKind } from "../../../tabfit.js"
 * @typedef {{ date: number, device: DeviceKind, files: RunFile[] }} Note the moment, and the files as they were then
 */

const RUNS = "runs";
/** A worker that was just ended may hold its lock for a moment longer. */
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

  /** A place for a new run. */
  static async create() {
    const runs = await runsFolder();
    for (let id = Date.now(); ; id++) {
      const store = await RunStore.#claim(runs, String(id), true);
      if (store) return store;
    }
  }

  /** The newest run that could go on and that no other tab has, or else the run that ended last, or null. */
  static async newest() {
    const runs = await runsFolder();
    /** @type {RunStore | null} */
    let ended = null;
    for (const id of (await names(runs)).sort().reverse()) {
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

  /** Removes every run that no other tab has. */
  static async removeAll() {
    const runs = await runsFolder();
    for (const id of await names(runs)) await (await RunStore.#claim(runs, id, false))?.remove();
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
   * @param {Uint8Array} state
   * @param {DeviceKind} device on which it trains
   */
  async save(state, device) {
    await this.#slots.write({ date: Date.now(), device, files: this.files.state }, state);
    await this.files.tidy();
  }

  get unfinished() {
    return this.#slots.whole().then(({ length }) => length > 0);
  }

  /**
   * The newest state that `open` accepts, with the files of that moment; null when there is none.
   *
   * @template T
   * @param {(state: Uint8Array) => Promise<T>} open rejects for a state that is damaged
   */
  async restore(open) {
    for (const slot of await this.#slots.whole()) {
      const opened = await open(await this.#slots.read(slot)).catch((error) => {
        if (error.name !== "ModelFileError") throw error;
      });
      if (opened === undefined) continue;
      await this.files.restore(slot.note.files);
      return { opened, ...slot.note };
    }
    return null;
  }

  /** The run has ended: only its files are kept, if there are any. */
  async finish() {
    await this.#slots.clear();
    await this.files.tidy();
  }

  async remove() {
    await remove(await runsFolder(), this.#id);
    this.#release();
  }
}

/** Rejects where the browser keeps nothing: in some private windows, and for pages that came by plain http. */
async function runsFolder() {
  if (!isSecureContext) throw new DOMException("not for this page", "SecurityError");
  return (await navigator.storage.getDirectory()).getDirectoryHandle(RUNS, { create: true });
}

/**
 * Holds a lock until its answer is called, or this worker ends; null when someone else has it.
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
