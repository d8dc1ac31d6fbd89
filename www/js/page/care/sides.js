/** Duplicates on two sides of a split, and what keeps each group of them on one. Pure functions. */

/**
 * @import { Pictures } from "../../shared/care.js"
 * @typedef {object} Group pictures that look alike
 * @property {number[]} ids
 * @property {boolean} exact all of them have the same bytes
 * @property {boolean} labels their folders give them different classes
 */

/**
 * All groups of duplicates; those that matter most come first: on two parts with the test part, on two others, in two classes.
 *
 * @param {{ exact: readonly number[][], near: readonly number[][] }} report
 * @param {Pictures} pictures
 * @returns {Group[]}
 */
export function groupsOf({ exact, near }, { contents, labels, parts }) {
  const known = new Set(near.flat());
  const all = [...near, ...exact.filter((ids) => !ids.some((id) => known.has(id)))]; // a group of equal files need not look like anything
  const groups = all.map((ids) => ({
    ids: [...ids].sort((a, b) => (parts[b] ?? 0) - (parts[a] ?? 0) || a - b),
    exact: new Set(ids.map((id) => contents[id])).size === 1,
    labels: new Set(ids.map((id) => labels[id])).size > 1,
  }));
  const weight = (/** @type {Group} */ { ids, labels }) => {
    const sides = new Set(ids.map((id) => parts[id]));
    return (sides.size > 1 ? (sides.has(2) ? 4 : 2) : 0) + (labels ? 1 : 0);
  };
  return groups.map((group) => ({ group, weight: weight(group) })).sort((a, b) => b.weight - a.weight).map(({ group }) => group);
}

/**
 * Whether the pictures of a group that are not left out are in different parts.
 *
 * @param {readonly number[]} ids
 * @param {Pictures} pictures
 * @param {(id: number) => boolean} isOut
 */
export const isLeaky = (ids, { parts }, isOut) => new Set(ids.filter((id) => !isOut(id)).map((id) => parts[id])).size > 1;

/**
 * The pictures that are to be left out, so that each group is on one side: a test part never changes, and a validation part only
 * for the test part.
 *
 * @param {readonly Group[]} groups
 * @param {Pictures} pictures
 * @param {(id: number) => boolean} isOut what is left out already
 * @returns {number[]}
 */
export function leaving(groups, { parts }, isOut) {
  return groups.flatMap(({ ids }) => {
    const left = ids.filter((id) => !isOut(id));
    const strongest = Math.max(...left.map((id) => parts[id] ?? 0));
    return left.filter((id) => (parts[id] ?? 0) < strongest);
  });
}

/**
 * How many pictures there are of each class in each part, by class and then part.
 *
 * @param {Pictures} pictures
 * @param {number} classes
 * @param {(id: number) => boolean} isOut
 * @param {(id: number) => number} labelOf
 * @returns {[number, number, number][]}
 */
export function countsOf({ parts, labels }, classes, isOut, labelOf) {
  const counts = Array.from({ length: classes }, () => /** @type {[number, number, number]} */ ([0, 0, 0]));
  labels.forEach((_, id) => {
    const row = counts[labelOf(id)];
    const part = parts[id] ?? 0;
    if (row && !isOut(id) && part < 3) row[/** @type {0 | 1 | 2} */ (part)] += 1;
  });
  return counts;
}

/**
 * The groups that a split keeps together: duplicates, and pictures that names put together.
 *
 * @param {ArrayLike<number>} duplicates for each picture the number of its group of duplicates
 * @param {ArrayLike<number>} [named] the same for its name
 * @returns {Uint32Array}
 */
export function together(duplicates, named) {
  const length = duplicates.length;
  const parent = Uint32Array.from({ length }, (_, id) => id);
  const root = (/** @type {number} */ id) => {
    while (parent[id] !== id) id = parent[id] = parent[parent[id] ?? 0] ?? 0;
    return id;
  };
  for (const groups of named ? [duplicates, named] : [duplicates]) {
    /** @type {Map<number, number>} */
    const first = new Map();
    for (let id = 0; id < length; id++) {
      const group = groups[id] ?? 0;
      const other = first.get(group);
      if (other === undefined) first.set(group, id);
      else parent[root(id)] = root(other);
    }
  }
  return parent.map((_, id) => root(id));
}
