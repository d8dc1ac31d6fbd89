/**
 * Two files, the slots, that hold the newest checkpoints of a run. Each write goes to the older slot, so that a write
 * that is cut off at any byte leaves the newer checkpoint intact.
 *
 * A slot is a head (a mark, and the length of the note), the note as JSON, and the checkpoint. The head is written
 * last, after everything else has reached the disk: a slot without it counts as empty.
 */

import { entryNames, remove, withFile, writeAll } from "./opfs.js";

/**
 * @import { SyncHandle } from "./opfs.js"
 * @template N
 * @typedef {{ slot: string, note: N & { generation: number, bytes: number } }} Slot
 */

const SLOTS = ["slot-a", "slot-b"];
const MARK = 0x74616266; // "tabf"
const HEAD = 8;

/** @template {object} N what the note holds besides its generation and the number of bytes */
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
    const [newest] = await this.intact();
    const generation = (newest?.note.generation ?? 0) + 1;
    const slot = SLOTS.find((name) => name !== newest?.slot) ?? "";
    const noteBytes = new TextEncoder().encode(JSON.stringify({ ...note, generation, bytes: checkpoint.length }));
    await withFile(this.#folder, slot, (file) => {
      file.truncate(0); // from now on the slot is empty, until its head is written
      try {
        writeAll(file, noteBytes, HEAD);
        writeAll(file, checkpoint, HEAD + noteBytes.length);
        file.flush();
        writeAll(file, Uint32Array.of(MARK, noteBytes.length), 0);
        file.flush();
      } catch (error) {
        file.truncate(0); // half a checkpoint is of no use, and the disk may be full
        throw error;
      }
    });
  }

  /**
   * The slots that are intact, the newest first.
   *
   * @returns {Promise<Slot<N>[]>}
   */
  async intact() {
    const there = (await entryNames(this.#folder)).filter((name) => SLOTS.includes(name));
    /** @type {Slot<N>[]} */
    const found = [];
    for (const slot of there) {
      const note = await withFile(this.#folder, slot, (file) => readNote(file));
      if (note) found.push({ slot, note });
    }
    return found.sort((a, b) => b.note.generation - a.note.generation);
  }

  /** @param {Slot<N>} slot one of `intact` */
  read({ slot, note }) {
    return withFile(this.#folder, slot, (file) => {
      const checkpoint = new Uint8Array(note.bytes);
      file.read(checkpoint, { at: file.getSize() - note.bytes });
      return checkpoint;
    });
  }

  async clear() {
    const there = await entryNames(this.#folder);
    for (const slot of SLOTS.filter((name) => there.includes(name))) await remove(this.#folder, slot);
  }
}

/**
 * The note of an intact slot; null for any other.
 *
 * @param {SyncHandle} file
 */
function readNote(file) {
  const head = new Uint32Array(2);
  if (file.read(head, { at: 0 }) !== HEAD || head[0] !== MARK) return null;
  const length = head[1] ?? 0;
  if (length > file.getSize() - HEAD) return null;
  const bytes = new Uint8Array(length);
  file.read(bytes, { at: HEAD });
  try {
    const note = JSON.parse(new TextDecoder().decode(bytes));
    return HEAD + length + note.bytes === file.getSize() ? note : null;
  } catch {
    return null;
  }
}
