/** What was found in the pictures and matters most, in a line. */

import { say } from "../language/say.js";
import { page } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { count, many, together } from "../tools/format.js";
import { care, decisionOf, isKnown, isOut } from "./pictures.js";
import { groupsOf } from "./sides.js";
import { shortcutSentence } from "./shortcuts.js";

/** @import { Replies } from "../../shared/protocol.js" */

const [VALIDATION, TEST] = [1, 2];
/** How many sentences make the line. */
const MOST = 2;

/** @param {Replies["care"]} found */
export function noticed(found) {
  const leaky = leaks(found);
  const telling = found.shortcuts.filter(({ issue }) => issue).slice(0, 1).map(shortcutSentence);
  const sentences = [leaky, otherLabels(found), ...telling, leaky ? "" : duplicates(found), weak(found), imbalance(found)];
  const first = sentences.filter((sentence) => sentence !== "").slice(0, MOST);
  return first.length > 0 ? together(first) : say("The pictures were looked through, and nothing stands out.");
}

/** What the line says better, and with what to do: the warnings of the program about copies are then not needed. */
export function hideWarnings() {
  const list = byId("warnings", HTMLElement);
  page.data?.warnings.forEach((sentence, i) => {
    const item = list.children[i];
    if (item instanceof HTMLElement) item.hidden = /^\d[\d,]* files? lies? in two (classes|parts), /.test(sentence);
  });
  list.hidden = [...list.children].every((item) => item instanceof HTMLElement && item.hidden);
}

/** Pictures that were left out already do not count. @param {number} id */
const counts = (id) => !isKnown() || !isOut(id);

/** The pictures of each group that count. @param {Replies["care"]} found */
const groupsNow = (found) => groupsOf(found, { ...found.pictures, labels: found.pictures.given }).map(({ ids }) => ids.filter(counts)).filter((ids) => ids.length > 1);

/** Test pictures that are training pictures too, and those that look like one; else the same of a validation part. @param {Replies["care"]} found */
function leaks(found) {
  const { parts, contents } = found.pictures;
  const all = (/** @type {number} */ part) => count(parts.reduce((sum, own) => sum + Number(own === part), 0));
  const [same, alike] = [{ [VALIDATION]: 0, [TEST]: 0 }, { [VALIDATION]: 0, [TEST]: 0 }];
  for (const ids of groupsNow(found)) {
    for (const id of ids) {
      const part = parts[id] ?? 0;
      const earlier = ids.filter((other) => (parts[other] ?? 0) < part);
      if (earlier.length === 0 || (part !== VALIDATION && part !== TEST)) continue;
      const sum = earlier.some((other) => contents[other] === contents[id]) ? same : alike;
      sum[part] = (sum[part] ?? 0) + 1;
    }
  }
  const [n, more] = [same[TEST] ?? 0, alike[TEST] ?? 0];
  const [held, other] = [same[VALIDATION] ?? 0, alike[VALIDATION] ?? 0];
  const sentences = n + more > 0
    ? [
        n === 1 ? say("{n} of {all} test pictures is also among the training pictures.", { n: 1, all: all(TEST) }) : "",
        n > 1 ? say("{n} of {all} test pictures are also among the training pictures.", { n: count(n), all: all(TEST) }) : "",
        more > 0 && n > 0 ? many(more, "other looks like a training picture.", "others look like training pictures.") : "",
        more > 0 && n === 0 ? many(more, "test picture looks like a training picture.", "test pictures look like training pictures.") : "",
      ]
    : [
        held === 1 ? say("{n} of {all} validation pictures is also among the training pictures.", { n: 1, all: all(VALIDATION) }) : "",
        held > 1 ? say("{n} of {all} validation pictures are also among the training pictures.", { n: count(held), all: all(VALIDATION) }) : "",
        other > 0 && held > 0 ? many(other, "other looks like a training picture.", "others look like training pictures.") : "",
        other > 0 && held === 0 ? many(other, "validation picture looks like a training picture.", "validation pictures look like training pictures.") : "",
      ];
  return together(sentences.filter(Boolean));
}

/** @param {Replies["care"]} found */
function otherLabels(found) {
  const { classNames } = care;
  const labelOf = (/** @type {number} */ id) => {
    const decision = isKnown() ? decisionOf(id) : undefined;
    return decision && "label" in decision ? classNames.indexOf(decision.label) : found.pictures.given[id];
  };
  const pictures = groupsNow(found).filter((ids) => new Set(ids.map(labelOf)).size > 1).flat();
  return pictures.length === 0 ? "" : say("{n} pictures are alike but in different classes.", { n: count(pictures.length) });
}

/** @param {Replies["care"]} found */
function duplicates(found) {
  const copies = groupsNow(found).reduce((sum, ids) => sum + ids.length - 1, 0);
  return copies === 0 ? "" : many(copies, "picture is a copy of another one.", "pictures are copies of others.");
}

/** @param {Replies["care"]} found */
function weak({ issues }) {
  const pictures = new Set(issues.map(({ picture }) => picture).filter(counts));
  return pictures.size === 0 ? "" : many(pictures.size, "picture is weak: dark, blurry or odd in another way.", "pictures are weak: dark, blurry or odd in another way.");
}

/** @param {Replies["care"]} found */
const imbalance = ({ classImbalance: found }) =>
  (found ? say("“{smallest}” has far fewer pictures than “{largest}”.", { smallest: found.smallest, largest: found.largest }) : "");
