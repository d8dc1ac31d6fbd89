/**
 * Two slots for the state of a run: the newer whole one counts. Each write goes to the other slot, so one that is cut
 * off at any byte costs only itself. Worker side.
 *
 * A slot is a mark, the length of a note, the note as JSON, and the state. The mark and the length are written last, after
 * everything else has reached the disk: a slot without them is none.
 */

import { names, remove, withFile, writeAll } from "./opfs.js";

/**
 * @import { SyncHandle } from "./opfs.js"
 * @template N
 * @typedef {{ slot: string, note: N & { generation: number, bytes: number } }} Slot
 */

const SLOTS = ["slot-a", "slot-b"];
const MARK = 0x74616266; // "tabf"
const HEAD = 8;

/** @template {object} N what the note says */
export class Slots {
  #folder;

  /** @param {FileSystemDirectoryHandle} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  /**
   * @param {N} note
   * @param {Uint8Array} state
   */
  async write(note, state) {
    const [newest] = await this.whole();
    const generation = (newest?.note.generation ?? 0) + 1;
    const slot = SLOTS.find((name) => name !== newest?.slot) ?? "";
    const written = new TextEncoder().encode(JSON.stringify({ ...note, generation, bytes: state.length }));
    await withFile(this.#folder, slot, (file) => {
      file.truncate(0); // no slot any more, until its head is back
      try {
        writeAll(file, written, HEAD);
        writeAll(file, state, HEAD + written.length);
        file.flush();
        writeAll(file, Uint32Array.of(MARK, written.length), 0);
        file.flush();
      } catch (error) {
        file.truncate(0); // half a state is of no use, and the disk may be full
        throw error;
      }
    });
  }

  /**
   * The notes of the slots that are whole, the newest first.
   *
   * @returns {Promise<Slot<N>[]>}
   */
  async whole() {
    const there = (await names(this.#folder)).filter((name) => SLOTS.includes(name));
    /** @type {Slot<N>[]} */
    const found = [];
    for (const slot of there) {
      const note = await withFile(this.#folder, slot, (file) => readNote(file));
      if (note) found.push({ slot, note });
    }
    return found.sort((a, b) => b.note.generation - a.note.generation);
  }

  /** @param {Slot<N>} slot one of `whole` */
  read({ slot, note }) {
    return withFile(this.#folder, slot, (file) => {
      const state = new Uint8Array(note.bytes);
      file.read(state, { at: file.getSize() - note.bytes });
      return state;
    });
  }

  async clear() {
    const there = await names(this.#folder);
    for (const slot of SLOTS.filter((name) => there.includes(name))) await remove(this.#folder, slot);
  }
}

/**
 * Null for anything but a whole slot.
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
