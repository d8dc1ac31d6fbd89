/**
 * One run in the browser's storage. Its folder holds
 *
 * - `manifest.json`: what the run is, and its scores;
 * - `history.json`: its curves;
 * - `weights.tabfit`: its network, once the run has ended;
 * - `slot-a`, `slot-b`: its newest checkpoints, while it can go on;
 * - `frozen.safetensors`: the weights of its frozen layers, which these checkpoints do not repeat;
 * - `file-1` and so on: what its callbacks wrote.
 *
 * Each file is replaced as a whole, and the manifest says last that a run has ended, so that a crash at any moment leaves
 * either the unfinished run or the ended one.
 */

import { joinCheckpoint } from "../../../tabfit.js";
import { digestOf } from "../../shared/run-line.js";
import { storage } from "./door.js";
import { forgetListed, undisturbed } from "./listing.js";
import { claim, release } from "./locks.js";
import { changeManifest, readManifest } from "./manifest.js";
import { entryNames, isMissing, readFile, remove, replaceFile } from "./opfs.js";
import { RunFiles } from "./run-files.js";
import { isSound, Slots } from "./slots.js";

/**
 * @import { DeviceKind, History } from "../../../tabfit.js"
 * @import { Manifest } from "./manifest.js"
 * @import { RunFile } from "./run-files.js"
 * @typedef {{ date: number, device: DeviceKind, threads: number | null, files: RunFile[] }} Note
 *   when the checkpoint was saved, on what it trains, and the callbacks' files at that moment
 */

const RUNS = "runs";
const WEIGHTS = "weights.tabfit";
const HISTORY = "history.json";
const FROZEN = "frozen.safetensors";

export class StoredRun {
  id;
  #folder;
  /** @type {Slots<Note>} */
  #slots;
  files;

  /**
   * @param {string} id
   * @param {FileSystemDirectoryHandle} folder
   */
  constructor(id, folder) {
    this.id = id;
    this.#folder = folder;
    this.#slots = new Slots(folder);
    this.files = new RunFiles(folder);
  }

  /**
   * Makes the folder of a new run, and takes its lock.
   *
   * @param {Omit<Manifest, "format" | "date" | "epoch" | "ended" | "last" | "scores" | "files" | "run">} about
   */
  static async create(about) {
    const runs = await runsFolder();
    const there = await entryNames(runs);
    let id = Date.now();
    while (there.includes(String(id)) || !(await claim(String(id)))) id++;
    const run = new StoredRun(String(id), await runs.getDirectoryHandle(String(id), { create: true }));
    const empty = { epoch: 0, ended: false, last: null, scores: {}, files: [], run: null };
    try {
      await run.change({ format: 1, date: Date.now(), ...empty, ...about });
    } catch (error) {
      await run.remove().catch(() => {}); // half a run is of no use
      throw error;
    }
    return run;
  }

  /** All runs, the newest first. One that another tab removes meanwhile is left out. */
  static async all() {
    const found = await Promise.all((await StoredRun.ids()).map((id) => StoredRun.open(id)));
    return found.filter((run) => run !== null);
  }

  /** The ids of all runs, the newest first. */
  static async ids() {
    return (await entryNames(await runsFolder())).sort((a, b) => Number(b) - Number(a));
  }

  /** @param {string} id @returns {Promise<StoredRun | null>} null if there is none */
  static async open(id) {
    try {
      return new StoredRun(id, await (await runsFolder()).getDirectoryHandle(id));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  get manifest() {
    return readManifest(this.#folder);
  }

  /** @param {Partial<Manifest>} change */
  change(change) {
    return changeManifest(this.id, this.#folder, change);
  }

  /** The newest checkpoint, which nobody has looked at yet; null if the run cannot go on. */
  async newest() {
    return (await this.manifest)?.ended ? null : (await this.#slots.intact())[0] ?? null;
  }

  /** The newest checkpoint that is not damaged; null if the run cannot go on. */
  async checkpoint() {
    if ((await this.manifest)?.ended) return null;
    for (const slot of await this.#slots.intact()) if (await isSound(slot)) return slot;
    return null;
  }

  /**
   * @param {Uint8Array} checkpoint
   * @param {DeviceKind} device the run trains on
   * @param {number | null} threads
   */
  async save(checkpoint, device, threads) {
    await this.#slots.write({ date: Date.now(), device, threads, files: this.files.state }, checkpoint);
    await this.files.tidy((await this.#slots.intact()).flatMap(({ note }) => note.files));
  }

  /** @param {Uint8Array} weights of the frozen layers, which no later checkpoint has */
  saveFrozen(weights) {
    return this.#write(FROZEN, weights);
  }

  /**
   * A checkpoint with all weights.
   *
   * @param {Blob} checkpoint
   */
  async #whole(checkpoint) {
    const frozen = await readFile(this.#folder, FROZEN);
    const bytes = await bytesOf(checkpoint);
    return frozen ? joinCheckpoint(bytes, await bytesOf(frozen)) : bytes;
  }

  /**
   * Opens the newest checkpoint that is not damaged and brings the files back to that moment; null if there is none.
   *
   * @template T
   * @param {(checkpoint: Uint8Array) => Promise<T>} open rejects a damaged checkpoint
   */
  async restore(open) {
    for (const slot of (await this.manifest)?.ended ? [] : await this.#slots.intact()) {
      const opened = (await isSound(slot))
        ? await this.#whole(slot.checkpoint).then(open).catch(refused)
        : undefined;
      if (opened === undefined) {
        await this.#slots.drop(slot); // or the next save would take it for the newest, and overwrite the good one
        continue;
      }
      await this.files.restore(slot.note.files);
      return { opened, ...slot.note };
    }
    return null;
  }

  /**
   * The run has ended: its network and its curves stay, its checkpoints go.
   *
   * @param {Uint8Array | null} network a `.tabfit` file; null if the weights are not to be kept
   * @param {History | null} history
   * @param {Partial<Manifest>} about
   */
  async end(network, history, about) {
    if (history) await this.#write(HISTORY, new TextEncoder().encode(JSON.stringify(history)));
    if (network) await this.#write(WEIGHTS, network);
    await this.change({ ...about, ...digestOf(history?.epochs ?? []), ended: true, files: this.files.state });
    await this.#slots.clear();
    if ((await entryNames(this.#folder)).includes(FROZEN)) await remove(this.#folder, FROZEN);
    await this.files.tidy();
    await undisturbed(() => forgetListed(this.id));
  }

  /** The network of an ended run, or the newest checkpoint of another, as a `.tabfit` file; null if there is neither. */
  async network() {
    const ended = await readFile(this.#folder, WEIGHTS);
    if (ended) return bytesOf(ended);
    const newest = await this.checkpoint();
    return newest && this.#whole(newest.checkpoint);
  }

  /** @returns {Promise<History | null>} */
  async history() {
    const file = await readFile(this.#folder, HISTORY);
    return file && JSON.parse(await file.text());
  }

  /** Removes the weights and the files of the callbacks; the manifest and the curves stay. */
  async dropWeights() {
    await this.change({ ended: true, files: [] });
    const kept = ["manifest.json", HISTORY];
    for (const name of await entryNames(this.#folder)) if (!kept.includes(name)) await remove(this.#folder, name);
    await undisturbed(() => forgetListed(this.id));
  }

  /** Bytes of everything that is kept of it, and of its network alone. */
  async sizes() {
    const sizes = await Promise.all((await entryNames(this.#folder)).map(async (name) =>
      /** @type {[string, number]} */ ([name, (await readFile(this.#folder, name))?.size ?? 0])));
    const sum = (/** @type {[string, number][]} */ files) => files.reduce((total, [, size]) => total + size, 0);
    return { all: sum(sizes), network: sum(sizes.filter(([name]) => [WEIGHTS, FROZEN].includes(name) || name.startsWith("slot-"))) };
  }

  async remove() {
    await remove(await runsFolder(), this.id);
    release(this.id);
  }

  /** @param {string} name @param {Uint8Array} bytes */
  #write(name, bytes) {
    return replaceFile(this.#folder, name, bytes);
  }
}

/** @param {Blob} file */
const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

/** Passes over a damaged file. @param {Error} error */
function refused(error) {
  if (error.name !== "ModelFileError") throw error;
}

async function runsFolder() {
  return (await storage()).getDirectoryHandle(RUNS, { create: true });
}
