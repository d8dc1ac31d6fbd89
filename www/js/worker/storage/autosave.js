/**
 * Stores the run while it trains, so that it can go on after a reload, its network when it has ended, and the files of its
 * callbacks. If something cannot be stored, the page is told and training goes on.
 */

import { TrainerError } from "../../shared/errors.js";
import { keepsNothing } from "./door.js";
import { storeBefore } from "./features.js";
import { readListing } from "./listing.js";
import { claim, patience, release, takenElsewhere, whenFree } from "./locks.js";
import { isMissing } from "./opfs.js";
import { keepsNone, reason, trainedElsewhere } from "./reason.js";
import { StoredRun } from "./stored-run.js";

/**
 * @import { DeviceKind, Evaluation, FitEvent, ModelInfo, Part } from "../../../tabfit.js"
 * @import { RunEvent } from "../../shared/protocol.js"
 * @import { Manifest } from "./manifest.js"
 * @typedef {Pick<Manifest, "name" | "network" | "began" | "classNames" | "imageSize" | "epochs" | "device" | "browser">} About
 */

/** The callback BackupAndRestore gives this name to the checkpoint of the run. */
const BACKUP = "backup.tabfit";
/** and this one to the weights of frozen layers, which it writes once. */
const FROZEN = "backup-frozen.safetensors";

const UNSAVED = "The run could not be saved; after a reload it would go on from an earlier epoch, or not at all";

export class Autosave {
  #post;
  /** The run of the network in memory; while there is none, the newest unfinished one. @type {StoredRun | null} */
  #kept = null;
  /** The run that trains. It takes the place of the other with its first save. @type {StoredRun | null} */
  #next = null;
  /** What the store notes of it. @type {About | null} */
  #about = null;
  /** The device it trains on. @type {DeviceKind} */
  #device = "cpu";
  /** The frozen weights could not be stored, so checkpoints without them would be of no use. */
  #incomplete = false;
  /** What could not be stored, and was told: once is enough, until it can be stored again. @type {Set<string>} */
  #told = new Set();
  /** How many threads of the processor train; null on a GPU. @type {number | null} */
  threads = null;
  /** There was no space for the network of the last run; it is only in memory. */
  unkept = false;
  /** Why the search for runs of an earlier visit failed; empty if it did not. */
  trouble = "";

  /** @param {(event: RunEvent) => void} post */
  constructor(post) {
    this.#post = post;
  }

  get files() {
    return (this.#next ?? this.#kept)?.files.list ?? [];
  }

  /** The run that `restore`, `discard` and `score` are about. */
  get run() {
    return this.#kept;
  }

  /** Looks for a run that an earlier visit left: the newest unfinished one, else the last one with files. */
  async findEarlierRun() {
    try {
      const [ids, listing] = await Promise.all([StoredRun.ids(), readListing()]);
      const known = await Promise.all(ids.map(async (id) => {
        const listed = listing.get(id);
        if (listed) return { id, ended: true, files: listed.files };
        const manifest = await (await StoredRun.open(id))?.manifest;
        return { id, ended: manifest?.ended ?? false, files: manifest?.files ?? [] };
      }));
      await this.#waitFor(known.filter(({ ended }) => !ended));
      const taken = await takenElsewhere();
      /** @type {StoredRun | null} */
      let last = null;
      for (const { id, ended, files } of known.filter(({ id }) => !taken(id))) {
        if (ended && (last || files.length === 0)) continue;
        const run = await StoredRun.open(id);
        const checkpoint = ended ? null : await run?.checkpoint();
        await run?.files.open(checkpoint?.note.files ?? files).catch(unlessMissing);
        if (run && checkpoint) return this.#found(run);
        if (run && run.files.list.length > 0) last ??= run;
      }
      this.#found(last);
    } catch (error) {
      if (keepsNone(error)) return;
      this.trouble = `What this browser keeps could not be looked through (${reason(error)}); reload the page to try again.`;
    }
  }

  /** A run, or a network of the worker before this one, may have come first. @param {StoredRun | null} run */
  #found(run) {
    if (!this.#kept && !this.#next) this.#kept = run;
  }

  /**
   * A worker that was just terminated may hold its run a moment longer: waits for it. Where another tab trains a run, the
   * page is told when it no longer does.
   *
   * @param {{ id: string }[]} runs
   */
  async #waitFor(runs) {
    const taken = await takenElsewhere();
    const waiting = runs.filter(({ id }) => taken(id));
    if (waiting.length === 0) return;
    const free = Promise.all(waiting.map(({ id }) => whenFree(id)));
    if (await Promise.race([free, patience()])) return;
    void Promise.race(waiting.map(({ id }) => whenFree(id))).then(async () => {
      if (this.#kept === null && this.#next === null) await this.findEarlierRun();
      this.#post({ type: "stored" });
    });
  }

  /**
   * A new run begins.
   *
   * @param {About} about
   */
  async begin(about) {
    [this.#next, this.#about] = [null, about];
    this.#told.clear();
    await this.#attempt("This browser can keep neither the run nor the files of its callbacks", async () => {
      this.#next = await StoredRun.create(about);
    });
  }

  /**
   * The stored run goes on.
   *
   * @param {About} about if there is none
   */
  async goOn(about) {
    if (this.#kept && !(await claim(this.#kept.id))) throw trainedElsewhere();
    [this.#next, this.#about] = [this.#kept, about];
    this.#told.clear();
    if (!this.#next) await this.begin(about);
  }

  /** The network in memory is now that of this run. @param {StoredRun | null} run */
  use(run) {
    if (this.#kept && this.#kept !== run) release(this.#kept.id);
    this.#kept = this.#next = run;
    this.unkept = false;
  }

  /**
   * Opens the newest stored checkpoint that is not damaged; null if there is none.
   *
   * @template T
   * @param {(checkpoint: Uint8Array) => Promise<T>} open rejects a damaged checkpoint
   */
  async restore(open) {
    if (this.#kept && !(await claim(this.#kept.id))) throw trainedElsewhere();
    return (await this.#kept?.restore(open)) ?? null;
  }

  /**
   * Stores the files that an event carries.
   *
   * @param {Exclude<FitEvent, { type: "missing-features" | "restored-features" }>} event
   * @returns {Promise<RunEvent>} the event for the page, where a stored file is replaced by the list of all files
   */
  async onFitEvent(event) {
    if (event.type === "start") [this.#device, this.#incomplete] = [event.device.kind, false];
    if (event.type !== "file") return event;
    if (!this.#next) return { type: "files", files: [] };
    const { path, bytes, append, onlyIfEmpty } = event;
    if (path === FROZEN) {
      if (bytes) this.#incomplete = !(await this.#attempt(UNSAVED, async () => this.#next?.saveFrozen(bytes)));
    } else if (path !== BACKUP) {
      const { files } = this.#next;
      if (!bytes) files.remove(path);
      else if (!onlyIfEmpty || !files.has(path)) {
        const kept = await this.#attempt(`The file ${path} could not be kept`, async () => {
          if (append) await files.settle(path);
          await files.write(path, bytes, append);
        });
        if (!kept) files.owe(path, bytes, append);
      }
    } else if (bytes && !this.#incomplete) await this.save(async () => bytes);
    return { type: "files", files: this.#next?.files.list ?? [] };
  }

  /** @param {() => Promise<Uint8Array>} checkpoint */
  async save(checkpoint) {
    if (!this.#next) return; // that was said when the run began
    await this.#attempt(UNSAVED, async () => {
      await this.#next?.save(await checkpoint(), this.#device, this.threads);
      this.#take();
    });
  }

  /**
   * The run has ended, and its network stays.
   *
   * @param {() => Promise<Uint8Array>} network as a `.tabfit` file
   * @param {ModelInfo} info
   */
  async finish(network, { history, manifest }) {
    this.unkept = !(await this.#attempt("The network could not be kept in this browser", async () => {
      const last = history?.epochs.at(-1) ?? null;
      const epoch = last?.epoch ?? 0;
      // There may be space now; or the browser has deleted the run meanwhile.
      if (this.#about && !(await this.#next?.isKept())) this.#next = await StoredRun.create(this.#about);
      await this.#next?.end(await network(), history, { date: Date.now(), epoch, last, run: manifest });
    }, " Save it as a file."));
    this.#take();
    if (this.#next) release(this.#next.id);
  }

  /** The run was stopped, and its network is in memory. */
  stopped() {
    this.#take();
  }

  /**
   * The run failed. If that was before its first save, nothing of it stays.
   *
   * @param {boolean} inMemory whether its network is there
   */
  async cancel(inMemory) {
    if (inMemory) this.#take();
    else if (this.#next !== this.#kept) await this.#next?.remove().catch(() => {});
    if (this.#kept) release(this.#kept.id);
    this.#next = this.#kept;
  }

  /** @param {Part} part @param {Evaluation} evaluation */
  async score(part, evaluation) {
    const run = this.#kept;
    if (!run) return;
    this.#told.clear(); // it is another save
    await this.#attempt("The scores could not be kept", () => run.change(({ scores }) => ({ scores: { ...scores, [part]: evaluation } })), "");
  }

  /** @param {() => Promise<Uint8Array>} network what the run keeps in the place of its weights, if it keeps some */
  async replace(network) {
    const run = this.#kept;
    this.#told.clear();
    if (run) await this.#attempt("The network could not be kept in this browser", () => run.replaceNetwork(network), " Save it as a file.");
  }

  /** Removes the stored run and its files. */
  async discard() {
    const kept = this.#kept;
    if (kept && !(await claim(kept.id))) throw trainedElsewhere();
    await kept?.remove();
    this.#kept = this.#next = null;
  }

  /** @param {string} path */
  async file(path) {
    const store = this.#next ?? this.#kept;
    if (!store) throw new TrainerError("FileError", `The file ${path} is no longer kept.`);
    return store.files.file(path);
  }

  /** The run that trains takes the place of the one before, also if nothing of it could be stored. */
  #take() {
    if (this.#kept && this.#kept !== this.#next) release(this.#kept.id);
    this.#kept = this.#next;
  }

  /**
   * @param {string} what
   * @param {() => Promise<unknown>} work
   * @param {string} [then]
   * @returns {Promise<boolean>} whether it could be stored
   */
  async #attempt(what, work, then = " Training goes on.") {
    try {
      if (await keepsNothing()) {
        // Wished before the run, or meanwhile in another tab.
        await this.#next?.remove();
        this.#next = this.#kept = null;
      } else await storeBefore(work);
      this.#told.delete(what);
      return true;
    } catch (error) {
      if (!this.#told.has(what)) this.#post({ type: "trouble", message: `${what}: ${reason(error)}.${then}` });
      this.#told.add(what);
      return false;
    }
  }
}

/** Passes over a run that another tab removes just now. @param {unknown} error */
function unlessMissing(error) {
  if (!isMissing(error)) throw error;
}
