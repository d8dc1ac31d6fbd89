/** The section of a report with the items of CLAIM. */

import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { bullets, holder, section, table } from "./make.js";

/** @import { ClaimItem, Report } from "../report.js" */

/** @param {Report} report */
export function claimSection({ claim }) {
  const filled = claim.filter(({ state }) => state !== "blank").length;
  return section("claim", say("Checklist CLAIM"), [
    element("p", say("CLAIM (Checklist for Artificial Intelligence in Medical Imaging, Mongan, Moy and Kahn 2020) has 42 items. In {filled} of them the program says what it knows; every other is a marked blank, which a person writes.", { filled })),
    element("p", say("There is an update of 2024 with 44 items. It says “reference standard” where the items of 2020 say “ground truth”; the journal that you write for tells which of the two it wants.")),
    table({
      caption: say("The 42 items"), words: [0, 1, 2],
      head: [say("No."), say("Item"), say("What the program knows, and blanks")],
      rows: claim.map((item) => [String(item.number), item.topic, answer(item)]),
    }),
  ]);
}

/** @param {ClaimItem} item */
function answer({ state, answers }) {
  const known = answers.length > 1 ? [bullets(answers)] : answers.map((sentence) => element("p", sentence));
  const blank = state === "blank" ? say("To be written by a person") : say("To be added by a person");
  return holder("div", [...known, ...(state === "filled" ? [] : [element("p", blank, "blank")])], "answer");
}
