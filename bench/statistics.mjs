/** Numbers out of measurements. */

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[Math.floor(half)];
}

/** Slowest less fastest, by the median; one number has none. @param {number[]} numbers */
export function spread(numbers) {
  return numbers.length < 2 ? null : (Math.max(...numbers) - Math.min(...numbers)) / median(numbers);
}

/** To four digits: no clock here knows more. */
export function rounded(number) {
  return number === null ? null : Number(number.toPrecision(4));
}
