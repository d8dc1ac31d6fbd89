/** What was found in the pictures that are loaded, asked for once; and what this visit has decided about any. */

import { client } from "../client/trainer-client.js";
import { tellCopies } from "../training/form/grouping.js";

/**
 * @import { DecisionRecord } from "../../shared/decisions.js"
 * @import { Replies } from "../../shared/protocol.js"
 */

export const reading = {
  /** How many times pictures were read: whoever knows something of them knows of which. */
  count: 0,
  /** Also where nothing may be kept. @type {readonly DecisionRecord[]} */
  remembered: [],
  /** What has happened since it was asked and changes what is found: a decision, or a run whose frozen layers looked at the pictures. */
  since: { decision: false, run: false },
};

/** @type {Promise<Replies["care"]> | null} */
let found = null;

/** Other pictures were read: nothing is known of them yet. */
export function beginReading() {
  reading.count += 1;
  lookAgain();
  tellCopies(null);
}

/** What was found is asked for again when it is needed. */
export function lookAgain() {
  reading.since = { decision: false, run: false };
  found = null;
}

/** What is wrong with the pictures that are loaded. */
export function careReport() {
  found ??= client.send({ type: "care" });
  const own = found;
  own.then(
    (report) => found === own && tellCopies(dividesCopies(report)),
    () => found === own && (found = null), // something else was to be done: it is asked for again
  );
  return own;
}

/** Whether a split of the training pictures could divide a group of duplicates. @param {Replies["care"]} report */
function dividesCopies({ groups, pictures: { parts } }) {
  const seen = new Set();
  return groups.some((group, id) => parts[id] === 0 && (seen.has(group) || !seen.add(group)));
}

/**
 * Takes the decisions about the pictures that are loaded in the place of all that were known of them.
 *
 * @param {readonly DecisionRecord[]} records
 * @param {readonly string[]} contents of the pictures
 */
export function remember(records, contents) {
  const loaded = new Set(contents);
  reading.remembered = [...reading.remembered.filter(({ content }) => !loaded.has(content)), ...records];
}
