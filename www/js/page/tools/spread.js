/** Mean and spread of some numbers. A pure function. */

/**
 * Mean and standard deviation, by n - 1, as of a sample; of a single number there is no deviation.
 *
 * @param {readonly number[]} values
 * @returns {{ mean: number, deviation: number | null }}
 */
export function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, deviation: null };
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) };
}
