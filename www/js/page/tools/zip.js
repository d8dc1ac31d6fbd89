/** Packs files into one `.zip`, uncompressed: weights hardly shrink, and a Blob of Blobs needs no memory. */

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8_NAMES = 1 << 11;
const FIRST_OF_1980 = 0x21; // the format's earliest day, so that the same files give the same archive
const MOST_BYTES = 0xffffffff;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** @param {readonly { name: string, content: Blob }[]} files */
export async function zip(files) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const directory = [];
  let offset = 0;
  for (const { name, content } of files) {
    const path = new TextEncoder().encode(name);
    const entry = [VERSION, UTF8_NAMES, 0, 0, FIRST_OF_1980, await crc32(content), content.size, content.size, path.length, 0];
    const local = record(LOCAL, entry.map(sized), path);
    parts.push(local, content);
    directory.push(record(CENTRAL, [short(VERSION), ...entry.map(sized), short(0), short(0), short(0), long(0), long(offset)], path));
    offset += local.length + content.size;
    if (offset > MOST_BYTES) throw new Error("Together these files are too large for one .zip; download them one by one.");
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = record(END, [short(0), short(0), short(files.length), short(files.length), long(size), long(offset), short(0)]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/**
 * @typedef {{ value: number, bytes: 2 | 4 }} Field
 * @param {number} value
 * @returns {Field}
 */
const short = (value) => ({ value, bytes: 2 });

/** @param {number} value @returns {Field} */
const long = (value) => ({ value, bytes: 4 });

/** The checksum and the two sizes take four bytes. @param {number} value @param {number} i */
const sized = (value, i) => (i >= 5 && i <= 7 ? long(value) : short(value));

/**
 * A signature, numbers in little-endian order, and a name.
 *
 * @param {number} signature
 * @param {readonly Field[]} fields
 * @param {Uint8Array} [name]
 */
function record(signature, fields, name = new Uint8Array()) {
  const all = [long(signature), ...fields];
  const view = new DataView(new ArrayBuffer(all.reduce((sum, { bytes }) => sum + bytes, name.length)));
  let at = 0;
  for (const { value, bytes } of all) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  const made = new Uint8Array(view.buffer);
  made.set(name, at);
  return made;
}

/**
 * The file is read piece by piece, so that it is never in memory as a whole.
 *
 * @param {Blob} content
 */
async function crc32(content) {
  let crc = -1;
  const reader = content.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const byte of piece.value) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ -1) >>> 0;
}
