/**
 * Two files, the slots, that hold the newest checkpoints of a run. Each write goes to the older slot, so that a write
 * that is cut off at any byte leaves the newer checkpoint intact.
 *
 * A slot is a head (a mark, and the length of the note), the note as JSON, and the checkpoint. The head is written
 * last, after everything else has reached the disk: a slot without it counts as empty. The note has a digest of the
 * checkpoint, so that a damaged one is found without opening it.
 */

import { object } from "../../shared/run-about.js";
import { bytesOf, isChanged, jsonOf, readFile, remove, withFile, writeAll } from "./opfs.js";
import { areFiles } from "./run-files.js";

/**
 * @template N
 * @typedef {{ checkpoint: Blob, slot: string, note: N & { generation: number, bytes: number, digest: string } }} Slot
 */

const SLOTS = ["slot-a", "slot-b"];
const MARK = 0x74616266; // "tabf"
const HEAD = 8;

/** @template {{ files: import("./run-files.js").RunFile[] }} N what the note holds besides its generation, the number of bytes and the digest */
export class Slots {
  #folder;

  /** @param {FileSystemDirectoryHandle} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  /**
   * @param {N} note
   * @param {Uint8Array} checkpoint
   */
  async write(note, checkpoint) {
    const [newest] = await this.intact(); // one that cannot be read now must not be taken for an empty one
    const generation = (newest?.note.generation ?? 0) + 1;
    const slot = SLOTS.find((name) => name !== newest?.slot) ?? "";
    const more = { generation, bytes: checkpoint.length, digest: await digestOf(checkpoint) };
    const noteBytes = new TextEncoder().encode(JSON.stringify({ ...note, ...more }));
    await withFile(this.#folder, slot, (file) => {
      file.truncate(0); // from now on the slot is empty, until its head is written
      try {
        writeAll(file, noteBytes, HEAD);
        writeAll(file, checkpoint, HEAD + noteBytes.length);
        file.flush();
        writeAll(file, Uint32Array.of(MARK, noteBytes.length), 0);
        file.flush();
      } catch (error) {
        emptied(file); // half a checkpoint is of no use, and the disk may be full
        throw error;
      }
    });
  }

  /**
   * The slots that were written to their end, the newest first. Rejects where one cannot be read.
   *
   * @returns {Promise<Slot<N>[]>}
   */
  async intact() {
    return this.#newestFirst(await Promise.all(SLOTS.map((slot) => this.#read(slot))));
  }

  /** The same for somebody who only looks, without those to which another tab writes. */
  async readable() {
    return this.#newestFirst(await Promise.all(SLOTS.map((slot) => this.#read(slot).catch((error) => {
      if (!isChanged(error)) throw error;
      return null;
    }))));
  }

  /** @param {(Slot<N> | null)[]} found */
  #newestFirst(found) {
    return found.filter((slot) => slot !== null).sort((a, b) => b.note.generation - a.note.generation);
  }

  /**
   * @param {string} slot
   * @returns {Promise<Slot<N> | null>}
   */
  async #read(slot) {
    const file = await readFile(this.#folder, slot);
    const [mark, length = 0] = file && file.size >= HEAD ? new Uint32Array((await bytesOf(file.slice(0, HEAD))).buffer) : [];
    if (!file || mark !== MARK || length > file.size - HEAD) return null;
    const note = await jsonOf(file.slice(HEAD, HEAD + length));
    return isNote(note) && HEAD + length + note.bytes === file.size ? { slot, note, checkpoint: file.slice(HEAD + length) } : null;
  }

  /** @param {Slot<N>} slot a damaged one, which must not be taken for the newest */
  async drop({ slot }) {
    await remove(this.#folder, slot);
  }
}

/** Whether it says what the list of runs relies on; the digest tells whether the checkpoint is the one that was saved. @param {any} note */
const isNote = (note) => object(note) !== null && areFiles(note.files) && [note.bytes, note.generation, note.date ?? 0].every((number) => Number.isFinite(number));

/**
 * Whether a checkpoint is what was written.
 *
 * @param {Slot<object>} slot
 */
export async function isSound({ checkpoint, note }) {
  return (await digestOf(await bytesOf(checkpoint))) === note.digest;
}

/** Empties a slot, if that is possible: without its head it counts as empty anyway. @param {import("./opfs.js").SyncHandle} file */
function emptied(file) {
  try {
    file.truncate(0);
  } catch {
    // The error that led here is the one to tell.
  }
}

/** @param {Uint8Array} bytes */
async function digestOf(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", /** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
