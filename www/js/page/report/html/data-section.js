/** The sections of a report on the pictures: where they come from, how they were divided, and what was found about them. */

import { isolated } from "../../language/direction.js";
import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { count, hundredths, many, percent } from "../../tools/format.js";
import { bullets, facts, missing, paragraphs, section, table } from "./make.js";
import { isUnknown, issueName, knownText, partName, propertyName } from "./words.js";

/** @import { CarePart, DataPart, Known, PictureName, Report } from "../report.js" */

/** More lines are in the JSON file only. */
const MOST_LINES = 100;

/** @param {Report} report */
export function dataSection({ data }) {
  const title = say("Pictures");
  if (isUnknown(data)) return section("data", title, [missing(data.unknown)]);
  const { folder, imageSize, hash, checksums, used, revisions, warnings, skipped } = data;
  return section("data", title, [
    facts(say("Where the pictures come from"), [
      [say("Folder"), folder ?? say("without a name")],
      [say("Picture size"), say("stretched to {size} × {size} pixels, RGB", { size: imageSize })],
      [say("SHA-256 of the pictures"), knownText(hash, (hash) => hash)],
      [say("Checksums of the pictures"), knownText(checksums, (numbers) => numbers.join(", "))],
      [say("Used in training"), knownText(used, ({ training, validation }) => say("{training} to learn from, {validation} to validate", { training: count(training), validation: count(validation) }))],
    ]),
    element("p", say("The SHA-256 is that of one line for each picture (hash of the file, part, class), in the order of these lines: names of files do not change it."), "hint"),
    countsTable(data),
    ...(warnings.length > 0 ? [element("h3", say("Warnings")), bullets(warnings)] : []),
    element("h3", say("Changed by a person")),
    ...(isUnknown(revisions) ? [missing(revisions.unknown)] : revisionsOf(revisions)),
    element("h3", say("Skipped files")),
    element("p", skipped.count === 0 ? say("No file of the folder was skipped.") : many(skipped.count, "file skipped", "files skipped")),
    ...(skipped.files.length > 0 ? [bullets(firstOf(skipped.files.map(({ path, reason }) => say("{path} — {reason}", { path, reason }))))] : []),
  ]);
}

/** @param {DataPart} data */
function countsTable({ classNames, given: { training, validation, test } }) {
  const parts = [training, validation, test];
  /** @param {number[] | null} numbers @param {number} i */
  const cell = (numbers, i) => (numbers ? count(numbers[i] ?? 0) : "–");
  const sums = parts.map((numbers) => (numbers ? count(numbers.reduce((sum, n) => sum + n, 0)) : "–"));
  return table({
    caption: say("Pictures by class in the parts of the folder"),
    head: [say("Class"), say("Training"), say("Validation"), say("Test")],
    rows: [...classNames.map((name, i) => [name, ...parts.map((numbers) => cell(numbers, i))]), [say("All"), ...sums]],
  });
}

/** @param {Exclude<DataPart["revisions"], { unknown: string }>} revisions */
function revisionsOf({ relabelled, excluded }) {
  if (relabelled.length + excluded.length === 0) return [element("p", say("No picture was excluded or given another class here."))];
  const lines = [
    ...relabelled.map((change) => say("{path}: “{from}” became “{to}”", change)),
    ...excluded.map((path) => say("{path}: excluded", { path })),
  ];
  return [element("p", say("Excluded: {excluded}. Given another class: {relabelled}.", { excluded: many(excluded.length, "picture"), relabelled: many(relabelled.length, "picture") })), bullets(firstOf(lines))];
}

/** @param {Report} report */
export function splitSection({ split }) {
  return section("split", say("Split"), isUnknown(split) ? [missing(split.unknown)] : paragraphs(split.sentences));
}

/** @param {Report} report */
export function careSection({ care }) {
  const title = say("Duplicates, leaks and other findings");
  if (isUnknown(care)) return section("care", title, [missing(care.unknown)]);
  const { exactGroups, nearGroups, distances, leaks, otherLabels } = care;
  return section("care", title, [
    facts(say("Pictures that are there more than once"), [
      [say("Groups of equal files"), count(exactGroups)],
      [say("Groups of pictures that look alike"), count(nearGroups)],
      [say("Pairs on two sides of a split"), count(leaks.count)],
      [say("Pairs with different classes"), count(otherLabels.count)],
    ]),
    element("p", say("Pictures count as alike where their perceptual hashes differ in at most {hash} bits and their pixels confirm it (distance at most {pixels}).", { hash: distances.hash, pixels: String(distances.pixels) }), "hint"),
    ...(leaks.count > 0 ? [pairs(say("Leaky split: pictures on two sides"), leaks)] : []),
    ...(otherLabels.count > 0 ? [pairs(say("Alike pictures with different classes"), otherLabels)] : []),
    ...findings(care),
  ]);
}

/** @param {string} caption @param {{ count: number, pairs: { pictures: [PictureName, PictureName] }[] }} all */
function pairs(caption, { count: all, pairs }) {
  const more = all > pairs.length ? ` ${say("(the first {shown} of {all})", { shown: pairs.length, all: count(all) })}` : "";
  const where = (/** @type {PictureName} */ { part, className }) => `${partName(part)}, ${className}`;
  return table({
    caption: `${caption}${more}`, words: [0, 1, 2, 3],
    head: [say("Picture"), say("Part and class"), say("Looks like"), say("Part and class")],
    rows: pairs.map(({ pictures: [one, other] }) => [one.path, where(one), other.path, where(other)]),
  });
}

/** @param {CarePart} care */
function findings({ issues, shortcuts, classImbalance }) {
  const lines = [
    ...(classImbalance ? [say("The classes are of unequal size: “{smallest}” has the fewest pictures, “{largest}” the most.", classImbalance)] : []),
    ...shortcuts.filter(({ issue }) => issue).map(({ property, accuracy, chance }) => say("The class can be told from the {property} alone: {accuracy} (by chance {chance}).", { property: propertyName(property), accuracy: percent(accuracy), chance: percent(chance) })),
  ];
  return [
    element("h3", say("Shortcuts and balance")),
    lines.length > 0 ? bullets(lines) : element("p", say("No property such as brightness or size tells the class, and no class is rare.")),
    table({
      caption: say("How well the class can be told from one property alone"),
      head: [say("Property"), say("Accuracy"), say("By chance")],
      rows: shortcuts.map(({ property, accuracy, chance }) => [propertyName(property), percent(accuracy), percent(chance)]),
    }),
    issues.length === 0 ? element("p", say("No picture is dark, light, blurry or odd in another way.")) : table({
      caption: say("Pictures with an issue; a score is from 0 to 1, and low is bad"), words: [0, 2],
      head: [say("Issue"), say("Pictures"), say("The worst of them")],
      rows: issues.map(({ kind, count: found, worst }) => [issueName(kind), count(found), worst.map(({ path, score }) => `${isolated(path)} (${hundredths(score)})`).join(", ")]),
    }),
  ];
}

/** The first lines, and how many more there are. @param {readonly string[]} lines */
const firstOf = (lines) => (lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), say("{more} more are in the JSON file of this report.", { more: count(lines.length - MOST_LINES) })] : lines);
