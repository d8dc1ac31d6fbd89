/** Statistics of measurements. */

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[Math.floor(half)];
}

/** The slowest minus the fastest, divided by the median; null for a single number. @param {number[]} numbers */
export function spread(numbers) {
  return numbers.length < 2 ? null : (Math.max(...numbers) - Math.min(...numbers)) / median(numbers);
}

/** Rounds to four digits, which is more than the clocks are accurate to. */
export function rounded(number) {
  return number === null ? null : Number(number.toPrecision(4));
}

/** @param {number[]} numbers */
export function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** The standard deviation of a sample; null for a single number. @param {number[]} numbers */
export function deviation(numbers) {
  const middle = mean(numbers);
  return numbers.length < 2 ? null : Math.sqrt(numbers.reduce((sum, number) => sum + (number - middle) ** 2, 0) / (numbers.length - 1));
}
