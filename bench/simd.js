/** A WebAssembly module, byte by byte: 128-bit vectors that are multiplied and added to in registers, and nothing else. */

const [I32, F32, V128, NO_RESULT] = [0x7f, 0x7d, 0x7b, 0x40];
const get = (local) => [0x20, local];
const set = (local) => [0x21, local];
const F32X4_SPLAT = [0xfd, 0x13];
const FIRST_LANE = [0xfd, 0x1f, 0];
const ADD = [0xfd, 0xe4, 0x01];
const MULTIPLY = [0xfd, 0xe6, 0x01];
const MULTIPLY_AND_ADD = [0xfd, 0x85, 0x02]; // of relaxed SIMD

export const LANES = 4;
export const FACTOR = 0.999;
export const MORE = 0.001;

/**
 * The bytes of a module with the function `run(turns)`. In each turn, `times` times, each of `sums` vectors is multiplied by
 * `FACTOR` and `MORE` is added; all numbers of vector `i` begin as `i`. The result is one number of the vectors' sum.
 *
 * @param {number} sums
 * @param {number} times
 * @param {boolean} fused whether that is one instruction, which not every browser has
 */
export function simdModule(sums, times, fused) {
  // The parameter is local 0; the two constants and the sums follow.
  const [turns, factor, more, first] = [0, 1, 2, 3];
  const vectors = Array.from({ length: sums }, (_, i) => first + i);
  const both = fused ? [...get(more), ...MULTIPLY_AND_ADD] : [...MULTIPLY, ...get(more), ...ADD];
  const body = [
    1, ...leb(2 + sums), V128,
    ...splat(FACTOR), ...set(factor),
    ...splat(MORE), ...set(more),
    ...vectors.flatMap((vector, i) => [...splat(i), ...set(vector)]),
    0x03, NO_RESULT, // loop
    ...Array.from({ length: times }, () => vectors.flatMap((vector) => [...get(vector), ...get(factor), ...both, ...set(vector)])).flat(),
    ...get(turns), 0x41, 1, 0x6b, 0x22, turns, // one turn less
    0x0d, 0, 0x0b, // again, unless none is left
    ...get(first), ...vectors.slice(1).flatMap((vector) => [...get(vector), ...ADD]),
    ...FIRST_LANE, 0x0b,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 1, F32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...new TextEncoder().encode("run"), 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
const splat = (number) => [0x43, ...new Uint8Array(Float32Array.of(number).buffer), ...F32X4_SPLAT];

/** WebAssembly's form of an unsigned number. */
function leb(number) {
  return number < 128 ? [number] : [128 + (number % 128), ...leb(Math.floor(number / 128))];
}
