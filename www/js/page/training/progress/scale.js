/** The geometry of a chart: axes, ticks and points in pixels. Pure functions. */

/**
 * @typedef {readonly [low: number, high: number]} Domain
 * @typedef {{ left: number, top: number, width: number, height: number }} Frame
 * @typedef {readonly [epoch: number, value: number]} Point
 */

/**
 * The interval of all values. It is never empty and never NaN, even if the values are.
 *
 * @param {readonly number[]} values
 * @param {number} [floor] the interval includes it
 * @returns {Domain}
 */
export function extent(values, floor = Infinity) {
  let [low, high] = [floor, -Infinity];
  for (const value of values) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  return high > low ? [low, high] : [low, low + (Math.abs(low) || 1)];
}

/**
 * The round numbers 1, 2, 2.5 or 5 times a power of ten that divide a domain into about `wanted` steps.
 *
 * @param {Domain} domain
 * @param {number} wanted
 * @param {number} [smallest] the least step: 1 for epochs, which have no halves
 * @returns {number[]}
 */
export function ticks([low, high], wanted, smallest = 0) {
  const rough = (high - low) / Math.max(1, wanted);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((f) => f * power >= rough * 0.999 && (f * power) % (smallest || f * power) === 0) ?? 10;
  const step = Math.max(smallest, factor * power);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/**
 * The domain widened to the next round numbers, so that no curve touches the edge.
 *
 * @param {Domain} domain
 * @param {number} wanted steps
 * @returns {Domain}
 */
export function nice([low, high], wanted) {
  const [a = low, b = high] = ticks([low, high], wanted);
  const step = b > a ? b - a : high - low;
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

/**
 * The pixel of a number between the pixels `from` and `to`.
 *
 * @param {number} value
 * @param {Domain} domain
 * @param {number} from
 * @param {number} to
 */
export function position(value, [low, high], from, to) {
  return from + ((value - low) / (high - low || 1)) * (to - from);
}

/**
 * The points of a series in pixels.
 *
 * @param {readonly Point[]} series
 * @param {Domain} x
 * @param {Domain} y
 * @param {Frame} frame
 * @returns {Point[]}
 */
export function pointsInFrame(series, x, y, { left, top, width, height }) {
  return series.map(([epoch, value]) => [
    position(epoch, x, left, left + width),
    position(value, y, top + height, top),
  ]);
}

/**
 * The epoch nearest to a pixel; null if there are none.
 *
 * @param {number} pixel
 * @param {readonly number[]} epochs
 * @param {Domain} x
 * @param {Frame} frame
 */
export function nearest(pixel, epochs, x, { left, width }) {
  /** @type {number | null} */
  let best = null;
  let distance = Infinity;
  for (const epoch of epochs) {
    const away = Math.abs(position(epoch, x, left, left + width) - pixel);
    if (away < distance) [best, distance] = [epoch, away];
  }
  return best;
}
