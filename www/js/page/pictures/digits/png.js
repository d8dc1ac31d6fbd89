/** Grey pictures as PNG files. A canvas writes them too, but some browsers change a little what a page draws on one. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** 8 bits, grey, compressed by zlib, filtered row by row, not interlaced. */
const GREY = [8, 0, 0, 0, 0];
/** What zlib's data begins with, and its only block: stored as it is, and the last one. */
const STORED = [0x78, 0x01, 1];

/**
 * @param {Uint8Array} greys row by row; all rows together fit into one block of zlib, which holds 65,535 bytes
 * @param {number} width
 * @param {string} source where the picture comes from, in ASCII. It is part of the file, and makes files of one size differ more:
 *   a PNG contains its own checksums, so that those of whole files are often alike.
 */
export function greyPng(greys, width, source) {
  const height = greys.length / width;
  const rows = new Uint8Array(height * (width + 1)); // each begins with its filter, 0: none
  for (let y = 0; y < height; y++) rows.set(greys.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const length = [rows.length & 255, rows.length >> 8];
  const packed = [...STORED, ...length, ...length.map((byte) => byte ^ 255), ...rows, ...bytes(adler32(rows))];
  return new Uint8Array([
    ...SIGNATURE,
    ...chunk("IHDR", [...bytes(width), ...bytes(height), ...GREY]),
    ...chunk("tEXt", new TextEncoder().encode(`Source\0${source}`)),
    ...chunk("IDAT", packed),
    ...chunk("IEND", []),
  ]);
}

/**
 * @param {string} type
 * @param {Iterable<number> & { length: number }} data
 */
function chunk(type, data) {
  const body = [...new TextEncoder().encode(type), ...data];
  return [...bytes(data.length), ...body, ...bytes(crc32(body))];
}

/** A number as four bytes, the highest first. @param {number} value */
const bytes = (value) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

/** The checksum of a chunk. @param {readonly number[]} data */
function crc32(data) {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The checksum of zlib's data. @param {Uint8Array} data */
function adler32(data) {
  let [low, high] = [1, 0];
  for (const byte of data) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}
