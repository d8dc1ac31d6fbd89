/**
 * One run in the browser's storage. Its folder holds
 *
 * - `manifest.json`: what the run is, and its scores;
 * - `history.json`: its curves;
 * - `weights.tabfit`: its network, once the run has ended;
 * - `slot-a`, `slot-b`: its newest checkpoints, while it can go on;
 * - `answers-test` and `answers-validation`: what its network answered to these parts, for comparisons;
 * - `frozen.safetensors`: the weights of its frozen layers, which these checkpoints do not repeat;
 * - `file-1` and so on: what its callbacks wrote.
 *
 * Each file is replaced as a whole, and the manifest says last that a run has ended, so that a crash at any moment leaves
 * either the unfinished run or the ended one.
 */

import { joinCheckpoint } from "../../../tabfit.js";
import { historyOf } from "../../shared/run-about.js";
import { digestOf } from "../../shared/run-line.js";
import { runsFolder, runsToClear } from "./all-runs.js";
import { forgetListed, undisturbed } from "./listing.js";
import { alone, claim, holds, release } from "./locks.js";
import { changeManifest, hasManifest, readManifest, removeManifest, writeManifest } from "./manifest.js";
import { again, bytesOf, entryNames, folderIn, isMissing, jsonIn, readFile, remove, replaceFile } from "./opfs.js";
import { RunFiles } from "./run-files.js";
import { ANSWERS, HISTORY, sizesOf, waste, WEIGHTS } from "./run-folder.js";
import { isSound, Slots } from "./slots.js";

/**
 * @import { DeviceKind, History, Part } from "../../../tabfit.js"
 * @import { Manifest } from "./manifest.js"
 * @import { RunFile } from "./run-files.js"
 * @typedef {{ date: number, device: DeviceKind, threads: number | null, files: RunFile[] }} Note
 *   when the checkpoint was saved, on what it trains, and the callbacks' files at that moment
 */

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
   * @param {History | null} [history] of one that has ended elsewhere, whose network is not here
   */
  static async create(about, history) {
    const run = await alone("a new run", async () => {
      const runs = await runsFolder();
      const there = await entryNames(runs);
      let id = Date.now();
      while (there.includes(String(id)) || holds(String(id)) || !(await claim(String(id)))) id++;
      try {
        return new StoredRun(String(id), await folderIn(runs, String(id), true));
      } catch (error) {
        release(String(id));
        throw error;
      }
    });
    const empty = { epoch: 0, ended: false, last: null, scores: {}, files: [], run: null };
    try {
      if (history) await run.#write(HISTORY, new TextEncoder().encode(JSON.stringify(history)));
      const over = history === undefined ? {} : { ...digestOf(history?.epochs ?? []), ended: true, dropped: true };
      await writeManifest(run.#folder, { format: 1, date: Date.now(), ...empty, ...about, ...over });
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
      return new StoredRun(id, await folderIn(await runsFolder(), id));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  get manifest() {
    return readManifest(this.#folder);
  }

  /** @param {Partial<Manifest> | ((before: Manifest) => Partial<Manifest>)} change */
  change(change) {
    return changeManifest(this.id, this.#folder, change);
  }

  /** Whether it can go on. Without its manifest it was being deleted. */
  async #unfinished() {
    return (await this.manifest)?.ended === false;
  }

  /** The newest checkpoint, which nobody has looked at yet; null if the run cannot go on. */
  async newest() {
    return (await this.#unfinished()) ? (await this.#slots.readable())[0] ?? null : null;
  }

  /** The newest checkpoint that is not damaged; null if the run cannot go on. */
  checkpoint() {
    return again(async () => {
      if (!(await this.#unfinished())) return null;
      for (const slot of await this.#slots.intact()) if (await isSound(slot)) return slot;
      return null;
    });
  }

  /**
   * @param {Uint8Array} checkpoint
   * @param {DeviceKind} device the run trains on
   * @param {number | null} threads
   */
  async save(checkpoint, device, threads) {
    await this.files.settle().catch(() => {}); // that was told, and the checkpoint is of more use than they are
    await this.#slots.write({ date: Date.now(), device, threads, files: this.files.state }, checkpoint);
    await this.#tidyFiles().catch(() => {}); // the run is saved, and the next save tidies up
  }

  async #tidyFiles() {
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
    for (const slot of (await this.#unfinished()) ? await this.#slots.intact() : []) {
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
    await this.files.settle().catch(() => {}); // that was told
    if (history) await this.#write(HISTORY, new TextEncoder().encode(JSON.stringify(history)));
    if (network) await this.#write(WEIGHTS, network);
    await this.change({ ...about, ...digestOf(history?.epochs ?? []), ended: true, dropped: network === null, files: this.files.state });
    await this.sweep().catch(() => {}); // it has ended; the next list of runs sweeps again
  }

  /** Removes what an ended run no longer needs. */
  async sweep() {
    await alone(this.id, async () => {
      for (const name of await waste(this.#folder)) await remove(this.#folder, name);
    });
    await undisturbed(() => forgetListed(this.id));
  }

  /**
   * What the end of a process has left: `all` if nothing of the run is of any use, because it was being deleted or had nothing
   * saved; `some` if it has ended and holds files that it no longer needs.
   *
   * @returns {Promise<"all" | "some" | "nothing">}
   */
  async leftovers() {
    if (!(await hasManifest(this.#folder))) return "all";
    const manifest = await this.manifest;
    if (manifest && !manifest.ended) return (await this.#slots.intact()).length === 0 ? "all" : "nothing";
    return (await waste(this.#folder)).length > 0 ? "some" : "nothing";
  }

  /** Whether it is still there: the browser can delete everything at any time. */
  async isKept() {
    return (await StoredRun.open(this.id)) !== null && (await this.manifest) !== null;
  }

  /** The network of an ended run, or the newest checkpoint of another, as a `.tabfit` file; null if there is neither. */
  network() {
    return again(async () => {
      const manifest = await this.manifest;
      if (manifest?.ended) {
        const file = manifest.dropped ? null : await readFile(this.#folder, WEIGHTS);
        return file && bytesOf(file);
      }
      const newest = await this.checkpoint();
      return newest && this.#whole(newest.checkpoint);
    });
  }

  /** @returns {Promise<History | null>} of a run that has ended; the curves of another one are in its checkpoint */
  async history() {
    return (await this.manifest)?.ended ? historyOf(await jsonIn(this.#folder, HISTORY)) : null;
  }

  /** @param {() => Promise<Uint8Array>} network in the place of that of the ended run; nothing if that has none */
  async replaceNetwork(network) {
    await alone(this.id, async () => {
      const manifest = await this.manifest;
      if (manifest?.ended && !manifest.dropped) await this.#write(WEIGHTS, await network());
    });
  }

  /** @param {Part} part @param {Uint8Array} answers */
  saveAnswers(part, answers) {
    return this.#write(ANSWERS + part, answers);
  }

  /** @param {Part} part */
  answers(part) {
    return again(async () => {
      const file = await readFile(this.#folder, ANSWERS + part);
      return file && bytesOf(file);
    });
  }

  /** Removes the weights and the files of the callbacks; the manifest and the curves stay. */
  async dropWeights() {
    await this.change({ ended: true, dropped: true, files: [] });
    await this.sweep().catch(() => {}); // they count as dropped; the next list of runs sweeps again
  }

  /** Bytes of everything that is kept of it, and of its network alone. */
  sizes() {
    return sizesOf(this.#folder);
  }

  /** Its manifest goes first: what is left where the rest cannot be removed is no run, and the next list of runs removes it. */
  async remove() {
    await removeManifest(this.id, this.#folder);
    await runsToClear().then((runs) => remove(runs, this.id)).catch(() => {});
    release(this.id);
  }

  /** @param {string} name @param {Uint8Array} bytes */
  #write(name, bytes) {
    return replaceFile(this.#folder, name, bytes);
  }
}

/** Passes over a damaged file. @param {Error} error */
function refused(error) {
  if (error.name !== "ModelFileError") throw error;
}
