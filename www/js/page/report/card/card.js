/** The model card: a README.md with front matter, which lies beside an exported network. */

import { say } from "../../language/say.js";
import { count, many, moment } from "../../tools/format.js";
import { cautionsOf } from "../cautions.js";
import { openings } from "../claim/result-answers.js";
import { isUnknown, knownText, scoreCell, scoreText, softwareRows } from "../html/words.js";
import { markdown, markdownTable } from "./escape.js";
import { frontMatter } from "./front-matter.js";

/**
 * @import { ExportFormat } from "../../../../tabfit.js"
 * @import { EvaluationPart, Report } from "../report.js"
 */

/** Of more classes the tables of a card cannot be read; the report has them. */
const MOST_CLASSES = 100;

/**
 * @param {Report} report
 * @param {ExportFormat | "tabfit"} format
 */
export function cardOf(report, format) {
  const { name, note, made, evaluation, testOpened } = report;
  const parts = [
    frontMatter(report, format),
    `# ${markdown(name)}`,
    ...(note ? [markdown(note)] : []),
    markdown(say("An image classifier, trained with tabfit in a browser. This card was written by the program on {date}; what it cannot know is left for you and marked.", { date: moment(Date.parse(made)) })),
    `## ${markdown(say("Intended use"))}`,
    ...[say("What it is for"), say("Who may use it, and who decides with it"), say("What it must not be used for")].map((topic) => `**${markdown(topic)}:** ${blank()}`),
    `## ${markdown(say("How it is used"))}`,
    markdown(usage(report)),
    `## ${markdown(say("Training data"))}`,
    ...trainingData(report),
    `## ${markdown(say("Evaluation"))}`,
    ...scored(say("Test part"), evaluation.test),
    markdown(openings(testOpened)),
    ...scored(say("Validation pictures"), evaluation.validation),
    `## ${markdown(say("Limits that were found"))}`,
    listed(cautionsOf(report), say("The program found nothing.")),
    `**${markdown(say("Other limits"))}:** ${blank()}`,
    `## ${markdown(say("How it was trained"))}`,
    listed(trained(report), ""),
    `## ${markdown(say("Who made it"))}`,
    ...[say("Names and contact"), say("License")].map((topic) => `**${markdown(topic)}:** ${blank()}`),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The mark of what a person writes. */
const blank = () => `_${markdown(say("to be written by a person"))}_`;

/** @param {readonly string[]} sentences @param {string} none */
const listed = (sentences, none) => (sentences.length === 0 ? markdown(none) : sentences.map((sentence) => `- ${markdown(sentence)}`).join("\n"));

/** @param {Report} report */
function usage({ network, data }) {
  const classes = network.layers.at(-1)?.outputShape.at(-1) ?? 0;
  const values = { classes: many(classes, "class", "classes") };
  if (isUnknown(data)) return say("The network takes one RGB picture and answers with the probabilities of {classes}.", values);
  return say("The network takes one RGB picture, stretched to {size} × {size} pixels with values from 0 to 255, and answers with the probabilities of {classes}.", { ...values, size: data.imageSize });
}

/** @param {Report} report @returns {string[]} */
function trainingData({ data, split }) {
  if (isUnknown(data)) return [markdown(data.unknown)];
  const { classNames, given: { training, validation, test }, hash, used, folder } = data;
  /** @param {number[] | null} numbers @param {number} i */
  const cell = (numbers, i) => (numbers ? count(numbers[i] ?? 0) : "–");
  const rows = classNames.slice(0, MOST_CLASSES).map((name, i) => [markdown(name), ...[training, validation, test].map((numbers) => cell(numbers, i))]);
  return [
    listed([
      say("Folder: {folder}", { folder: folder ?? say("without a name") }),
      say("SHA-256 of the pictures: {hash}", { hash: knownText(hash, (hash) => hash) }),
      knownText(used, ({ training, validation }) => say("Pictures to learn from: {training}; to validate: {validation}", { training: count(training), validation: count(validation) })),
      ...(isUnknown(split) ? [split.unknown] : split.sentences),
    ], ""),
    markdownTable([say("Class"), say("Training"), say("Validation"), say("Test")].map(markdown), rows),
    ...(classNames.length > MOST_CLASSES ? [markdown(say("and {n} more classes", { n: count(classNames.length - MOST_CLASSES) }))] : []),
  ];
}

/** @param {string} title @param {Report["evaluation"]["test"]} part @returns {string[]} */
function scored(title, part) {
  if (isUnknown(part)) return [`### ${markdown(title)}`, markdown(part.unknown)];
  return [`### ${markdown(title)}`, markdown(say("Scores on {images}", { images: many(part.images, "picture") })), scoreTable(part), classTable(part), listed([...part.intervals, ...part.methods], "")];
}

/** @param {EvaluationPart} part */
const scoreTable = ({ scores }) => markdownTable([say("Score"), say("Value with 95 % interval")].map(markdown), scores.map(({ key, name, score }) => [markdown(name), markdown(scoreText(key, score))]));

/** @param {EvaluationPart} part */
const classTable = ({ perClass }) => markdownTable(
  [say("Class"), say("Pictures"), say("Sensitivity"), say("Specificity"), say("Precision"), say("F1"), say("AUC")].map(markdown),
  perClass.slice(0, MOST_CLASSES).map(({ className, support, sensitivity, specificity, precision, f1, auc }) => [markdown(className), count(support), ...[sensitivity, specificity, precision, f1, auc].map((score) => markdown(scoreCell(score)))]),
);

/** @param {Report} report @returns {string[]} */
function trained({ network, software, settings, curves }) {
  const optimizer = isUnknown(settings) ? null : settings.compile.optimizer;
  return [
    say("{name}, {weights}", { name: network.name ?? say("without a name"), weights: many(network.parameters, "weight") }),
    knownText(network.weightsBegan, (sentence) => sentence),
    isUnknown(settings) ? settings.unknown : say("Optimizer {optimizer}, batches of {batch}, {epochs} planned.", { optimizer: typeof optimizer === "object" && optimizer ? optimizer.type : String(optimizer), batch: String(settings.fit.batchSize ?? 32), epochs: many(settings.fit.epochs ?? 1, "epoch") }),
    ...(isUnknown(curves) ? [curves.unknown] : [say("One network was trained, for {epochs}.", { epochs: many(curves.epochs.length, "epoch") })]),
    ...softwareRows(software).map(([name, value]) => say("{name}: {value}", { name, value })),
  ];
}
