/** What a program knows of CLAIM's items on data and partitions. */

import { say } from "../../language/say.js";
import { count, list, many } from "../../tools/format.js";
import { skippedSentence } from "../html/words.js";

/**
 * @import { Answer, DataPart, Known, Told } from "../report.js"
 */

/** @param {Told} report @returns {Record<number, Answer>} by the number of the item */
export function dataAnswers(report) {
  const { data, split } = report;
  if ("unknown" in data) return Object.fromEntries([7, 9, 10, 11, 13, 20, 21, 33, 34].map((item) => [item, { answers: [data.unknown] }]));
  const skipped = skippedSentence(data.skipped.count);
  const shares = "unknown" in split ? [split.unknown] : split.sentences;
  return {
    7: { answers: [sourceOf(data), ...unlessUnknown(data.hash, (hash) => say("SHA-256 of the pictures: {hash}", { hash }))] },
    9: { answers: [say("Every picture was decoded, turned into RGB and stretched to {size} × {size} pixels; the first layers of the network scale the values.", { size: data.imageSize }), ...data.greys] },
    10: { answers: unlessUnknown(data.revisions, ({ relabelled, excluded }) => say("Here, {excluded} were excluded and {relabelled} were given another class.", { excluded: many(excluded.length, "picture"), relabelled: many(relabelled.length, "picture") })) },
    11: { all: true, answers: [say("The pictures are told apart as {classes}: {names}. The class of a picture is the name of its folder, unless it was changed here.", { classes: many(data.classNames.length, "class", "classes"), names: list(data.classNames) })] },
    12: { answers: [say("The program reads pixels and the names of files; it keeps no other tag of a file. Pixels and names were not looked through for what identifies a person.")] },
    13: { answers: [skipped] },
    17: { answers: unlessUnknown(data.revisions, ({ relabelled }) => say("In tabfit, {pictures} were given another class; tools that were used before are not known.", { pictures: many(relabelled.length, "picture") })) },
    20: { all: !("unknown" in split), answers: shares.slice(0, -2) },
    21: { all: !("unknown" in split), answers: shares.slice(-2) },
    33: { all: true, answers: [flowOf(data), skipped] },
    34: { answers: [...makeUp(data), say("Age, sex and other data of persons are not known to the program.")] },
  };
}

/** @param {DataPart} data */
function sourceOf({ folder, given }) {
  const pictures = many(sum(given.training) + sum(given.validation ?? []) + sum(given.test ?? []), "picture");
  return folder === null ? say("{pictures} without a folder.", { pictures }) : say("{pictures} from the folder “{folder}”.", { pictures, folder });
}

/** @param {DataPart} data */
function flowOf({ given, used }) {
  const parts = [given.training, given.validation, given.test].map((numbers) => (numbers ? count(sum(numbers)) : "0"));
  const values = { training: parts[0] ?? "", validation: parts[1] ?? "", test: parts[2] ?? "" };
  const read = say("The folder was read as {training} training, {validation} validation and {test} test pictures.", values);
  if ("unknown" in used) return read;
  return say("{read} After the split the network learnt from {training} and was validated with {validation}.", { read, training: count(used.training), validation: count(used.validation) });
}

/** @param {DataPart} data */
function makeUp({ classNames, given }) {
  const line = (/** @type {number[]} */ numbers) => list(classNames.map((name, i) => say("{count} {name}", { count: count(numbers[i] ?? 0), name })));
  return [
    say("Training part: {counts}.", { counts: line(given.training) }),
    ...(given.validation ? [say("Validation part: {counts}.", { counts: line(given.validation) })] : []),
    ...(given.test ? [say("Test part: {counts}.", { counts: line(given.test) })] : []),
  ];
}

/** @template T @param {Known<T>} known @param {(value: T) => string} sentence */
const unlessUnknown = (known, sentence) => [typeof known === "object" && known !== null && "unknown" in known ? known.unknown : sentence(/** @type {T} */ (known))];

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
