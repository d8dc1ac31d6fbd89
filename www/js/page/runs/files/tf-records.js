/**
 * The records of a TFRecord file. Each is its length in 8 bytes, a checksum of these, its bytes, and a checksum of those. The
 * file is read piece by piece, so that one of any size takes little memory.
 */

import { maskedCrc } from "./crc32c.js";
import { viewOf } from "./protobuf.js";

const HEAD = 12;
const FOOT = 4;
/** How many bytes are read at once. */
const PIECE = 2 ** 20;
/** A longer record is passed over: it holds a picture or a graph, and no number. */
const LONGEST = 2 ** 20;

/** Thrown where a file breaks off, or is not what was written. */
export class Damaged extends Error {}

/** Whether a file begins with a record. @param {Uint8Array} head its first 12 bytes or more */
export function isRecord(head) {
  return head.length >= HEAD && maskedCrc(head.subarray(0, 8)) === viewOf(head).getUint32(8, true);
}

/**
 * Throws `Damaged` after the last record that is whole.
 *
 * @param {Blob} file
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* records(file) {
  let at = 0;
  let from = 0;
  let piece = new Uint8Array();
  while (at < file.size) {
    const head = await read(HEAD);
    if (!isRecord(head)) throw new Damaged("the length of a record does not fit its checksum");
    const length = Number(viewOf(head).getBigUint64(0, true));
    if (length > file.size - at - FOOT) throw new Damaged("it breaks off within a record");
    if (length > LONGEST) {
      at += length + FOOT;
      continue;
    }
    const body = await read(length + FOOT);
    const record = body.subarray(0, length);
    if (maskedCrc(record) !== viewOf(body).getUint32(length, true)) throw new Damaged("a record does not fit its checksum");
    yield record;
  }

  /** @param {number} length */
  async function read(length) {
    if (length > file.size - at) throw new Damaged("it breaks off within a record");
    if (at + length > from + piece.length) {
      from = at;
      piece = new Uint8Array(await file.slice(at, at + Math.max(length, PIECE)).arrayBuffer());
    }
    at += length;
    return piece.subarray(at - length - from, at - from);
  }
}
