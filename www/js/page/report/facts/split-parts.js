/** The parts in which the pictures were in a run. Pure functions. */

/** @import { CareReport, Pictures } from "../../../shared/care.js" */

/** @typedef {{ training: string, validation: string | null }} Split the ids of the pictures of each side, such as "0-11,13" */

const [TRAINING, VALIDATION] = [0, 1];

/** @param {string} list @returns {number[]} */
function idsIn(list) {
  return list.split(",").filter(Boolean).flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/**
 * @param {Pick<Pictures, "parts">} pictures with the parts that the folder gives them
 * @param {Split} split
 * @returns {Uint8Array} by id
 */
export function partsOf({ parts }, { training, validation }) {
  const of = Uint8Array.from(parts);
  for (const [part, list] of /** @type {const} */ ([[TRAINING, training], [VALIDATION, validation ?? ""]])) {
    for (const id of idsIn(list)) if (id < of.length) of[id] = part;
  }
  return of;
}

/**
 * Whether there are duplicates among the pictures that were learnt from or held out, and none of them on both sides.
 *
 * @param {Pick<CareReport, "groups">} report
 * @param {ArrayLike<number>} parts by id
 */
export function keepsDuplicates({ groups }, parts) {
  /** @type {Map<number, number>} */
  const sides = new Map();
  let some = false;
  for (const [id, group] of groups.entries()) {
    const part = parts[id] ?? TRAINING;
    if (part !== TRAINING && part !== VALIDATION) continue;
    const other = sides.get(group);
    if (other === undefined) sides.set(group, part);
    else if (other !== part) return false;
    else some = true;
  }
  return some;
}
