/** Numbers as a person reads them. Pure functions. */

/** @param {number | null | undefined} value */
export const decimals = (value) => (value == null ? "–" : value.toFixed(4));

/** @param {number | null | undefined} value */
export const short = (value) => (value == null ? "–" : value.toFixed(value >= 100 ? 1 : 3));

/** @param {number | null | undefined} value */
export const hundredths = (value) => (value == null ? "–" : value.toFixed(2));

/** @param {number | null | undefined} value a share from 0 to 1 */
export const percent = (value) => (value == null ? "–" : `${(value * 100).toFixed(1)} %`);

/**
 * Learning rates below 0.0001 would read as zero with four decimals.
 *
 * @param {number} value
 */
export const rate = (value) => (value >= 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(1));

/** @param {number} value */
export const count = (value) => value.toLocaleString("en");

/**
 * @param {number} value
 * @param {string} singular
 * @param {string} [plural]
 */
export const many = (value, singular, plural = `${singular}s`) => `${count(value)} ${value === 1 ? singular : plural}`;

/**
 * A rough time, for a person who waits.
 *
 * @param {number} seconds
 */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "an unknown time";
  if (seconds < 10) return "a few seconds";
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5} s`;
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} min`;
  return `about ${(seconds / 3600).toFixed(1)} h`;
}

/** @param {number} bytes */
export function fileSize(bytes) {
  if (bytes < 1000) return many(bytes, "byte");
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/**
 * A day and a time.
 *
 * @param {number} date in milliseconds since 1970
 */
export const moment = (date) => new Date(date).toLocaleString("en", { dateStyle: "long", timeStyle: "short" });

/**
 * "a", "a and b", "a, b and c".
 *
 * @param {readonly string[]} words
 */
export function list(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Of more names than this, the first few are written out. */
const [MANY, FEW] = [20, 5];

/**
 * Names in one line, of very many only the first: "tench, goldfish, shark, ray, cock and 995 others".
 *
 * @param {readonly string[]} words
 */
export const names = (words) =>
  (words.length > MANY ? `${words.slice(0, FEW).join(", ")} and ${count(words.length - FEW)} others` : list(words));

/**
 * Where a run stands, in one line.
 *
 * @param {{ epoch: number, step: number, steps: number, imagesPerSecond: number, secondsLeft: number }} progress
 * @param {number} epochs
 */
export function progressText({ epoch, step, steps, imagesPerSecond, secondsLeft }, epochs) {
  const speed = imagesPerSecond < 10 ? imagesPerSecond.toFixed(1) : count(Math.round(imagesPerSecond));
  return `Epoch ${epoch} of ${epochs} · step ${step} of ${steps} · ${speed} images/s · ${duration(secondsLeft)} left`;
}
