/** Damages files as disks, cables and strangers do. Every choice is drawn from a seed, so that a finding comes again. */

const between = (random, low, high) => low + Math.floor(random() * (high - low));

/** Each takes the bytes of a file and random numbers from 0 to 1, and gives other bytes. */
const WAYS = {
  cut: (bytes, random) => bytes.subarray(0, between(random, 0, bytes.length)),
  flipped(bytes, random) {
    const made = Buffer.from(bytes);
    for (let i = between(random, 1, 9); i > 0; i--) made[between(random, 0, made.length)] ^= 1 << between(random, 0, 8);
    return made;
  },
  zeros(bytes, random) {
    const from = between(random, 0, bytes.length);
    return Buffer.from(bytes).fill(0, from, Math.min(bytes.length, from + between(random, 1, 64)));
  },
  /** A number near the beginning, where lengths and sizes stand, becomes another one. */
  length(bytes, random) {
    const made = Buffer.from(bytes);
    const at = between(random, 0, Math.max(1, Math.min(made.length, 200) - 4));
    const value = [0, 1, 0xffffffff, 0x7fffffff, 0x80000000, made.length, made.length + 1][between(random, 0, 7)];
    if (random() < 0.5) made.writeUInt32LE(value, at);
    else made.writeUInt32BE(value, at);
    return made;
  },
  swapped(bytes, random) {
    const [first, second] = [between(random, 0, bytes.length), between(random, 0, bytes.length)].sort((a, b) => a - b);
    const length = Math.min(second - first, bytes.length - second, 1 + between(random, 0, 200));
    return Buffer.concat([
      bytes.subarray(0, first), bytes.subarray(second, second + length), bytes.subarray(first + length, second),
      bytes.subarray(first, first + length), bytes.subarray(second + length),
    ]);
  },
  longer: (bytes, random) => Buffer.concat([bytes, bytes.subarray(between(random, 0, bytes.length))]),
};

/** The names of the ways to damage a file. */
export const ways = Object.keys(WAYS);

/**
 * @param {Buffer} bytes of a whole file of some length
 * @param {string} way
 * @param {() => number} random
 */
export const damaged = (bytes, way, random) => WAYS[way](bytes, random);

/** A BMP of 24 bits. @param {number} side @param {(x: number, y: number, channel: number) => number} value */
export function bmp(side, value) {
  const stride = 4 * Math.ceil((3 * side) / 4);
  const file = Buffer.alloc(54 + stride * side);
  file.write("BM", "latin1");
  [[2, file.length], [10, 54], [14, 40], [18, side], [22, side], [34, stride * side]].forEach(([at, number]) => file.writeUInt32LE(number, at));
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < side; y++) for (let i = 0; i < 3 * side; i++) file[54 + y * stride + i] = value(Math.floor(i / 3), y, i % 3);
  return file;
}

/** A GIF of 128 greys. Its codes are those of single pixels: the table is cleared before it grows. @param {number} side @param {(x: number, y: number) => number} value */
export function gif(side, value) {
  const [CLEAR, END, WIDTH, FEW] = [128, 129, 8, 100];
  const codes = [];
  for (let i = 0; i < side * side; i++) {
    if (i % FEW === 0) codes.push(CLEAR);
    codes.push(value(i % side, Math.floor(i / side)) & 127);
  }
  const bytes = Buffer.from([...codes, END]); // a code has eight bits, so that each is a byte
  const blocks = [];
  for (let at = 0; at < bytes.length; at += 255) blocks.push(Buffer.from([Math.min(255, bytes.length - at)]), bytes.subarray(at, at + 255));
  const greys = Buffer.from(Array.from({ length: 3 * 128 }, (_, i) => 2 * Math.floor(i / 3)));
  return Buffer.concat([
    Buffer.from("GIF89a", "latin1"), Buffer.from([side, 0, side, 0, 0x86 | 0x70, 0, 0]), greys,
    Buffer.from([0x2c, 0, 0, 0, 0, side, 0, side, 0, 0, WIDTH - 1]), ...blocks, Buffer.from([0, 0x3b]),
  ]);
}
