/** The files in a zip archive, each unpacked by the browser when it is asked for. */

import { refused } from "./refuse.js";

/**
 * @typedef {object} PickedFile
 * @property {string} path
 * @property {boolean} chosen the person picked this very file, and not its folder or archive
 * @property {() => Promise<Blob>} open
 */

const [LIST_END, LIST_ENTRY, FILE_HEAD] = [0x06054b50, 0x02014b50, 0x04034b50];
const [LIST_END_SIZE, LIST_ENTRY_SIZE, FILE_HEAD_SIZE] = [22, 46, 30];
/** The comment at the end of an archive is no longer. */
const LONGEST_COMMENT = 65_535;
const [STORED, DEFLATED] = [0, 8];
const [MOST_FILES, LARGEST_LIST] = [5000, 2 ** 22];
/** A file that is larger once it is unpacked is no log of reasonable size. */
const LARGEST = 2 ** 26;

/**
 * @param {Blob} archive
 * @param {string} name
 * @returns {Promise<PickedFile[]>}
 */
export async function unzip(archive, name) {
  const tail = await viewAt(archive, Math.max(0, archive.size - LIST_END_SIZE - LONGEST_COMMENT));
  let end = tail.byteLength - LIST_END_SIZE;
  while (end >= 0 && tail.getUint32(end, true) !== LIST_END) end--;
  if (end < 0) throw refused("“{file}” is no zip archive, or its end is missing.", name);
  const [files, size, from] = [tail.getUint16(end + 10, true), tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  if (files > MOST_FILES || size > LARGEST_LIST) throw refused("“{file}” holds more than {most} files; pack only the logs.", name, { most: MOST_FILES });
  const list = await viewAt(archive, from, from + size);
  /** @type {PickedFile[]} */
  const found = [];
  for (let at = 0, i = 0; i < files; i++) {
    if (at + LIST_ENTRY_SIZE > list.byteLength || list.getUint32(at, true) !== LIST_ENTRY) throw refused("“{file}” is damaged: its list of files breaks off.", name);
    const [length, extra, comment] = [28, 30, 32].map((offset) => list.getUint16(at + offset, true));
    const start = list.byteOffset + at + LIST_ENTRY_SIZE;
    if (start + (length ?? 0) > list.byteOffset + list.byteLength) throw refused("“{file}” is damaged: its list of files breaks off.", name);
    const path = new TextDecoder().decode(new Uint8Array(list.buffer, start, length)).replaceAll("\\", "/");
    const entry = {
      flags: list.getUint16(at + 8, true), method: list.getUint16(at + 10, true), packed: list.getUint32(at + 20, true),
      size: list.getUint32(at + 24, true), at: list.getUint32(at + 42, true),
    };
    if (!path.endsWith("/")) found.push({ path, chosen: false, open: () => unpacked(archive, entry, `${name}/${path}`) });
    at += LIST_ENTRY_SIZE + (length ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return found;
}

/**
 * @param {Blob} archive
 * @param {{ flags: number, method: number, packed: number, size: number, at: number }} entry
 * @param {string} path
 */
async function unpacked(archive, { flags, method, packed, size, at }, path) {
  if (flags & 1) throw refused("“{file}” is locked by a password; unpack it first.", path);
  if (size > LARGEST) throw refused("“{file}” is too large for a log: {most} MB are the most in an archive.", path, { most: LARGEST / 2 ** 20 });
  const head = await viewAt(archive, at, at + FILE_HEAD_SIZE);
  if (head.byteLength < FILE_HEAD_SIZE || head.getUint32(0, true) !== FILE_HEAD) throw refused("“{file}” is damaged in its archive.", path);
  const from = at + FILE_HEAD_SIZE + head.getUint16(26, true) + head.getUint16(28, true);
  const bytes = archive.slice(from, from + packed);
  if (method === STORED && bytes.size === size) return bytes;
  if (method !== DEFLATED) throw refused("“{file}” is packed in a way that this page does not know; unpack it first.", path);
  return inflated(bytes, size).catch(() => {
    throw refused("“{file}” is damaged in its archive.", path);
  });
}

/**
 * Reads no more than was promised, whatever comes.
 *
 * @param {Blob} bytes
 * @param {number} size
 */
async function inflated(bytes, size) {
  const reader = bytes.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  for (let left = size; ;) {
    const { done, value } = await reader.read();
    left -= value?.length ?? 0;
    if (left < 0 || (done && left > 0)) {
      void reader.cancel().catch(() => {});
      throw new RangeError("another size than was promised");
    }
    if (done) return new Blob(parts);
    parts.push(value);
  }
}

/**
 * @param {Blob} file
 * @param {number} from
 * @param {number} [to]
 */
const viewAt = async (file, from, to = file.size) => new DataView(await file.slice(from, to).arrayBuffer());
