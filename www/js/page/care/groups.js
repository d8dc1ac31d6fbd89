/** The groups of pictures that the splits of the next run keep together, as the form says. */

import { TrainerError } from "../../shared/errors.js";
import { client } from "../client/trainer-client.js";
import { revise } from "./decide.js";
import { care, knowPictures } from "./pictures.js";
import { together } from "./sides.js";
import { keepsTogether } from "../training/form/grouping.js";
import { choice, text } from "../training/form/inputs.js";

/**
 * Makes them where they are not made yet.
 *
 * @returns {Promise<boolean>} whether there are any now
 */
export async function groupPictures() {
  await knowPictures();
  const wanted = await groupsWanted();
  if (!same(care.groups, wanted)) {
    const before = care.groups;
    care.groups = wanted;
    await revise().catch((error) => {
      care.groups = before;
      throw error;
    });
  }
  return care.groups !== null;
}

async function groupsWanted() {
  if (!care.report || !keepsTogether()) return null;
  return choice("group-by") === "names" ? together(care.report.groups, (await namedGroups(text("group-pattern"))).groups) : together(care.report.groups);
}

/** The groups that a pattern finds in the names. @param {string} pattern */
export async function namedGroups(pattern) {
  try {
    return await client.send({ type: "groups-by-name", pattern });
  } catch (error) {
    throw new TrainerError("ConfigError", error instanceof Error ? error.message : String(error)); // the page finds the field by it
  }
}

/** @param {Uint32Array | null} one @param {Uint32Array | null} other */
function same(one, other) {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((group, id) => group === other[id]);
}
