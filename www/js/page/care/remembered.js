/** Applies what was decided about the same pictures before: in an earlier visit, or before they were read again. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { list, many, together } from "../tools/format.js";
import { revisions } from "./decide.js";
import { care, takePictures } from "./pictures.js";
import { remember } from "./reading.js";
import { decisionsOf, isExcluded, recordsOf } from "./records.js";

/**
 * @import { DecisionRecord } from "../../shared/decisions.js"
 * @import { Pictures } from "../../shared/care.js"
 */

/**
 * @param {readonly DecisionRecord[]} records
 * @param {Pictures} pictures
 * @param {readonly string[]} classNames
 * @returns the pictures as they were decided, and a sentence; null if none of the records is of them
 */
export async function decideAgain(records, pictures, classNames) {
  const decisions = decisionsOf(records, pictures, classNames);
  takePictures(pictures, classNames);
  care.decisions = decisions;
  if (decisions.size === 0) return null;
  try {
    const read = await client.send({ type: "revise", changes: revisions() });
    remember(recordsOf(decisions, pictures, classNames), pictures.contents);
    return { read, sentence: sentenceOf() };
  } catch {
    care.decisions = new Map(); // too few pictures would be left: the folder is another one
    return null;
  }
}

function sentenceOf() {
  const all = [...care.decisions.values()];
  const out = all.filter(isExcluded).length;
  const what = list([
    ...(out > 0 ? [many(out, "picture is left out", "pictures are left out")] : []),
    ...(out < all.length ? [many(all.length - out, "picture counts as one of another class", "pictures count as pictures of another class")] : []),
  ]);
  return together([say("What you decided about these pictures before holds again: {what}.", { what }), say("The files on your disk are as they were.")]);
}
