/** Decisions about pictures as they are kept, and as they are found again. Pure functions. */

/**
 * @import { DecisionRecord } from "../../shared/decisions.js"
 * @import { Pictures } from "../../shared/care.js"
 * @typedef {{ label: string } | { excluded: true }} Decision a picture counts as one of another class, or is left out
 * @typedef {Map<number, Decision>} Decisions by the ids of the pictures
 */

/** @param {Decision | undefined} decision */
export const isExcluded = (decision) => decision !== undefined && "excluded" in decision;

/**
 * @param {Decisions} decisions
 * @param {Pictures} pictures
 * @param {readonly string[]} classNames
 * @returns {DecisionRecord[]}
 */
export function recordsOf(decisions, { contents, paths, labels }, classNames) {
  return [...decisions].map(([id, decision]) => ({
    content: contents[id] ?? "",
    path: paths[id] ?? "",
    given: classNames[labels[id] ?? 0] ?? "",
    label: "label" in decision ? decision.label : null,
  }));
}

/**
 * Finds the pictures of records again: by their content, and among copies of one file by their path, else by the class that
 * their folder gives them. A picture that is now in another folder of classes keeps its decision only where its class is known.
 *
 * @param {readonly DecisionRecord[]} records
 * @param {Pictures} pictures
 * @param {readonly string[]} classNames
 * @returns {Decisions}
 */
export function decisionsOf(records, { contents, paths, labels }, classNames) {
  const wanted = new Set(records.map(({ content }) => content));
  /** @type {Map<string, number[]>} */
  const byContent = new Map();
  contents.forEach((content, id) => {
    if (wanted.has(content)) byContent.get(content)?.push(id) ?? byContent.set(content, [id]);
  });
  /** @type {Decisions} */
  const found = new Map();
  /** @param {DecisionRecord} record @param {(id: number) => boolean} fits */
  const take = ({ content, label }, fits) => {
    const id = byContent.get(content)?.find((id) => !found.has(id) && fits(id));
    if (id === undefined || (label !== null && (!classNames.includes(label) || classNames[labels[id] ?? 0] === label))) return false;
    found.set(id, label === null ? { excluded: true } : { label });
    return true;
  };
  const moved = records.filter((record) => !take(record, (id) => paths[id] === record.path));
  for (const record of moved) take(record, (id) => classNames[labels[id] ?? 0] === record.given);
  return found;
}
