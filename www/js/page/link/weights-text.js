/** The weights of classes as a link has them: JSON by class. Pure functions. */

/**
 * @param {string} text
 * @returns {Map<string, number> | null} null if it is none
 */
export function readWeights(text) {
  try {
    /** @type {unknown} */
    const found = JSON.parse(text);
    if (typeof found !== "object" || found === null || Array.isArray(found)) return null;
    const weights = new Map(Object.entries(found));
    return [...weights.values()].every((weight) => typeof weight === "number") ? weights : null;
  } catch {
    return null;
  }
}
