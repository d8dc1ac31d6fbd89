/** The fields of a message of protocol buffers, without knowing its type. Pure functions. */

/**
 * @typedef {{ number: number, value: number | Uint8Array }} Field
 *   bytes of a string, a message, a packed list or a number of fixed width; else a whole number
 */

const [VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES] = [0, 1, 2, 5];
/** A whole number takes no more bytes than this. */
const LONGEST = 10;

/**
 * Throws a `RangeError` where the bytes are no such message.
 *
 * @param {Uint8Array} bytes
 * @returns {Generator<Field>}
 */
export function* fields(bytes) {
  let at = 0;
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const type = key % 8;
    if (type === VARINT) yield { number, value: varint() };
    else if (type === BYTES) yield { number, value: taken(varint()) };
    else if (type === EIGHT_BYTES) yield { number, value: taken(8) };
    else if (type === FOUR_BYTES) yield { number, value: taken(4) };
    else throw new RangeError(`a field of the unknown kind ${type}`);
  }

  /** Negative numbers fill all ten bytes. */
  function varint() {
    let value = 0n;
    for (let i = 0; i < LONGEST; i++) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
    throw new RangeError("a number without an end");
  }

  /** @param {number} length */
  function taken(length) {
    if (!(length >= 0 && length <= bytes.length - at)) throw new RangeError("a field that is longer than its message");
    return bytes.subarray(at, (at += length));
  }
}

/** @param {Uint8Array} bytes */
export const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
