/** Duplicates, and above all those on two sides of a split: shown side by side, and mended at one button. */

import { say } from "../language/say.js";
import { byId, setText } from "../tools/dom.js";
import { count, list, many, together } from "../tools/format.js";
import { change } from "./decide.js";
import { gallery } from "./gallery.js";
import { countTable, labelNow } from "./counts.js";
import { button, inSteps, make } from "./make.js";
import { care, decisionOf, isOut, onDecided } from "./pictures.js";
import { countsOf, groupsOf, isLeaky, leaving } from "./sides.js";
import { tried } from "./toolbar.js";

/**
 * @import { Pictures } from "../../shared/care.js"
 * @import { Group } from "./sides.js"
 * @import { Topic } from "./topic.js"
 */

/** How many groups are drawn at once, and how many pictures of each. */
const [GROUPS, OF_EACH] = [10, 8];
/** The most classes whose counts are shown before the button is pressed. */
const LISTED = 60;

const isOutNow = (/** @type {number} */ id) => isOut(id);

/** @returns {Topic} */
export function duplicateTopic() {
  const groups = care.report && care.pictures ? groupsOf(care.report, care.pictures) : [];
  const digest = () => {
    const leaky = groups.filter(({ ids }) => care.pictures && isLeaky(ids, care.pictures, isOutNow)).length;
    if (groups.length === 0) return say("none");
    return leaky > 0 ? say("{groups}, {leaky} of them on two sides of a split", { groups: many(groups.length, "group"), leaky: count(leaky) }) : many(groups.length, "group");
  };
  return { id: "duplicates", title: say("Duplicates and leaky splits"), digest, matters: groups.length > 0, build: () => build(groups) };
}

/** @param {Group[]} groups */
function build(groups) {
  if (groups.length === 0) return make("p", "hint", say("No two pictures are the same file or look alike."));
  const shown = make("ol", "care-groups");
  const more = inSteps(shown, groups, GROUPS, group, (left) => say("Show more groups: {n} are left", { n: count(left) }));
  const explained = make("p", "hint", say("Two files with the same content are exact copies; near copies look alike after they were saved again or made smaller. Each pair was compared in 16 × 16 greys; a picture that was made brighter, mirrored or cut counts as another one."));
  return make("div", "care-body", [sides(groups), explained, shown, more]);
}

/** @param {Group[]} groups */
function sides(groups) {
  const box = make("div", "care-sides");
  const show = () => {
    const { pictures } = care;
    if (!pictures) return;
    const left = leaving(groups, pictures, isOutNow);
    const of = (/** @type {number} */ part) => left.filter((id) => pictures.parts[id] === part).length;
    if (left.length === 0) {
      return box.replaceChildren(make("p", "", say("Each group is on one side.")), make("p", "hint", keptTogether()));
    }
    const what = say("A network that has learnt a picture knows its copy too, so the score on the other side is too good.");
    const how = together([
      say("The button leaves out {what}.", { what: list([
        ...(of(0) > 0 ? [many(of(0), "training picture")] : []),
        ...(of(1) > 0 ? [many(of(1), "validation picture")] : []),
      ]) }),
      pictures.parts.includes(2) ? say("The test pictures stay as they are.") : say("The validation pictures stay as they are."),
    ]);
    const keep = button(say("Keep each group on one side"), () => tried(async () => {
      await change(left.map((id) => ({ id, before: decisionOf(id), after: /** @type {const} */ ({ excluded: true }) })));
      splitByGroups();
      return many(left.length, "picture is left out now.", "pictures are left out now.");
    }), "primary");
    box.replaceChildren(make("p", "", together([what, how])), effect(pictures, new Set(left)), make("div", "buttons", [keep]), make("p", "hint", keptTogether()));
  };
  onDecided(show);
  show();
  return box;
}

const keptTogether = () => say("Pictures that are held out of the training pictures are chosen group by group, unless “Kept together” under “Data and batches” says otherwise.");

/** The next run holds pictures out group by group, unless the person has chosen how. */
function splitByGroups() {
  const list = byId("group-by", HTMLSelectElement);
  if (list.value !== "" || list.disabled) return;
  list.value = "duplicates";
  for (const type of ["input", "change"]) list.dispatchEvent(new Event(type, { bubbles: true }));
}

/**
 * What the counts are, and what they will be.
 *
 * @param {Pictures} pictures
 * @param {ReadonlySet<number>} left
 */
function effect(pictures, left) {
  const { classNames } = care;
  const before = countsOf(pictures, classNames.length, isOutNow, labelNow);
  const after = countsOf(pictures, classNames.length, (id) => isOut(id) || left.has(id), labelNow);
  const rows = before.map((row, i) => ({ name: classNames[i] ?? "", row, next: after[i] ?? row })).filter(({ row, next }) => before.length <= LISTED || row.some((n, part) => n !== next[part]));
  const sum = (/** @type {typeof before} */ counts) => [0, 1, 2].map((part) => counts.reduce((sum, row) => sum + (row[part] ?? 0), 0));
  const all = { name: say("All"), row: sum(before), next: sum(after) };
  return countTable(say("Pictures of each class before and after"), pictures,
    [...rows.slice(0, LISTED), all].map(({ name, row, next }) => ({ name, cells: row.map((n, part) => changed(n, next[part] ?? n)) })));
}

/** @param {number} before @param {number} after */
const changed = (before, after) => (before === after ? count(before) : say("{before} → {after}", { before: count(before), after: count(after) }));

/** @param {Group} shown */
function group({ ids, exact, labels }) {
  const side = make("span", "care-badge");
  const kind = make("span", "care-badge", exact ? say("exact copies") : say("near copies"));
  const classes = labels ? make("span", "care-badge care-bad", say("in different classes")) : null;
  const show = () => {
    const leaky = care.pictures !== null && isLeaky(ids, care.pictures, isOutNow);
    side.classList.toggle("care-bad", leaky);
    setText(side, leaky ? say("on two sides") : say("on one side"));
  };
  onDecided(show);
  show();
  return make("li", "care-group", [make("p", "care-badges", [side, kind, classes]), gallery(ids.map((id) => ({ id })), say("{n} pictures that are alike", { n: count(ids.length) }), OF_EACH)]);
}
