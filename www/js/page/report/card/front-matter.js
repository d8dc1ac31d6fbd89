/** The front matter of a model card: what Hugging Face's hub reads of it, as YAML. */

import { say } from "../../language/say.js";
import { isUnknown } from "../html/words.js";
import { yamlNumber, yamlText } from "./escape.js";

/**
 * @import { ExportFormat, Part } from "../../../../tabfit.js"
 * @import { EvaluationPart, Report } from "../report.js"
 */

/** The libraries that load an exported network, where the hub has a word for them; else the program that made it. @type {Record<string, string>} */
const LIBRARIES = { keras: "keras", "keras-file": "keras" };
/** Formats as the hub tags them. @type {Record<string, string[]>} */
const TAGS = { safetensors: ["safetensors"], tfjs: ["tfjs"], onnx: ["onnx"], tflite: ["tflite"], keras: ["keras", "safetensors"], "keras-file": ["keras"], tabfit: [] };

/**
 * @param {Report} report
 * @param {ExportFormat | "tabfit"} format
 */
export function frontMatter(report, format) {
  const scored = /** @type {const} */ (["test", "validation"]).flatMap((part) => {
    const one = report.evaluation[part];
    return isUnknown(one) ? [] : [{ part, one }];
  });
  const keys = [...new Set(scored.flatMap(({ one }) => metricsOf(one).map(({ key }) => key)))];
  return [
    "---",
    `# ${say("license: choose one yourself, for example apache-2.0, and remove the sign in front of this line")}`,
    `library_name: ${LIBRARIES[format] ?? "tabfit"}`,
    "pipeline_tag: image-classification",
    "tags:",
    ...["image-classification", "tabfit", ...(TAGS[format] ?? [])].map((tag) => `- ${tag}`),
    ...(keys.length > 0 ? ["metrics:", ...keys.map((key) => `- ${key}`)] : []),
    ...(scored.length > 0 ? ["model-index:", `- name: ${yamlText(report.name)}`, "  results:", ...scored.flatMap(({ part, one }) => result(report, part, one))] : []),
    "---",
  ].join("\n");
}

/** The scores that are numbers. @param {EvaluationPart} part */
const metricsOf = ({ scores }) => scores.filter(({ score }) => score.value !== null && Number.isFinite(score.value));

/** @param {Report} report @param {Part} part @param {EvaluationPart} one */
function result({ data }, part, one) {
  const folder = isUnknown(data) ? null : data.folder;
  const hash = isUnknown(data) || isUnknown(data.hash) ? null : data.hash;
  return [
    "  - task:",
    "      type: image-classification",
    "    dataset:",
    `      name: ${yamlText(folder ?? say("a folder of pictures"))}`,
    "      type: imagefolder",
    `      split: ${part}`,
    ...(hash ? [`      revision: ${yamlText(hash)}`] : []),
    "    metrics:",
    ...metricsOf(one).flatMap(({ key, name, score }) => [
      `    - type: ${key}`,
      `      name: ${yamlText(name)}`,
      `      value: ${yamlNumber(score.value ?? 0)}`,
    ]),
  ];
}
