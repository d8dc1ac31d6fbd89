/** The model card as text, without a browser: whatever names hold, its front matter is read by a YAML parser, and its Markdown shows them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { cardOf } from "../../www/js/page/report/card/card.js";
import { markdown, yamlNumber, yamlText } from "../../www/js/page/report/card/escape.js";
import { frontMatter } from "../../www/js/page/report/card/front-matter.js";

/** Names that YAML or Markdown could take for something else. */
const HOSTILE = [
  "yes", "no", "~", "null", "1.0", "0x1f", "2026-01-01", "- x", "a: b", "|", ">", "`code`", "``", "&anchor", "*alias", "!tag", "%yaml", "@x", "#1",
  "'", '"', "\\", "\\\"", "{a: 1}", "[a]", "--- ", "...", "<img src=x onerror=alert(1)>", "![x](javascript:alert(1))", "[x](http://x)", "a | b", "_a_", "**b**",
  "1. one", "+ plus", "= x", "# head", "two\nlines", "tab\there", "\u0085\u2028\u2029\ufeff\u007f", "😀", "http://x.example/y", "www.x.example", "a&lt;b", "$x$", "\ud800",
];

/** What CommonMark shows of a line with backslashes before signs. */
const shown = (text) => text.replace(/\\([!-/:-@[-`{-~])/g, "$1");

const score = (value) => ({ value, interval: null, method: null });

/** The least that a card is made of: everything else is not known. */
function report(name) {
  const classNames = [name, "other"];
  const perClass = classNames.map((className) => ({
    className, support: 5, sensitivity: score(0.5), specificity: score(1), precision: score(null), f1: score(0.25), auc: score(1e-9), averagePrecision: score(1),
  }));
  return {
    format: "tabfit-report", version: 1, language: "en", made: "2026-11-29T12:00:00.000Z", name, note: name, time: { unknown: "?" },
    data: {
      folder: name, classNames, imageSize: 8, given: { training: [4, 5], validation: null, test: [2, 3] }, used: { unknown: "used: ?" }, hash: "ab".repeat(32),
      checksums: [1, 2], skipped: { count: 0, files: [] }, warnings: [], revisions: { relabelled: [], excluded: [] }, pictures: [],
    },
    split: { unknown: "split: ?" }, care: { unknown: "care: ?" },
    network: { name, weightsBegan: { unknown: "weights: ?" }, layers: [], parameters: 3, trainable: 3, config: { unknown: "config: ?" }, temperature: null },
    settings: { unknown: "settings: ?" }, software: { tabfit: null, browser: name, device: "CPU", threads: null, resumed: [] }, curves: { unknown: "curves: ?" },
    evaluation: {
      training: { unknown: "training: ?" }, validation: { unknown: "validation: ?" },
      test: {
        images: 5, scores: [{ key: "accuracy", name: "Accuracy", score: score(0.4) }, { key: "log_loss", name, score: score(1e-9) }, { key: "matthews_correlation", name: "MCC", score: score(null) }],
        perClass, confusionMatrix: [[1, 1], [2, 1]], calibration: { unknown: "?" }, curves: { unknown: "?" }, intervals: [name], methods: [],
      },
    },
    testOpened: { unknown: "opened: ?" }, failures: { unknown: "failures: ?" },
  };
}

test("a text in the front matter is the same text for YAML 1.2, for YAML 1.1 and for JSON", () => {
  for (const name of HOSTILE) {
    for (const version of ["1.2", "1.1"]) assert.deepEqual(parse(`- ${yamlText(name)}\n- b: ${yamlText(name)}`, { version }), [name.toWellFormed(), { b: name.toWellFormed() }]);
    assert.equal(JSON.parse(yamlText(name)), name.toWellFormed());
    assert.match(yamlText(name), /^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u, "nothing that YAML does not print");
  }
  for (const value of [0, -0.25, 1e-9, -1.5e-7, 1e21, 0.1 + 0.2]) for (const version of ["1.2", "1.1"]) assert.equal(parse(`a: ${yamlNumber(value)}`, { version }).a, value);
});

test("a name in Markdown shows as it is, in one line", () => {
  for (const name of HOSTILE) {
    const line = markdown(name);
    assert.equal(shown(line), name.toWellFormed().replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim());
    assert.doesNotMatch(line, /(?<!\\)[`*_{}[\]<>#!|~&$@]|^\d*[-+=.)]|\w:\/\/|www\./, name);
  }
});

test("the card of a network with any name has front matter that the hub reads, and one heading of each kind", () => {
  for (const name of HOSTILE) {
    const card = cardOf(report(name), "onnx");
    const [, front, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(card) ?? assert.fail(card);
    const read = parse(front);
    assert.deepEqual(Object.keys(read), ["library_name", "pipeline_tag", "tags", "metrics", "model-index"]);
    assert.deepEqual(read.tags, ["image-classification", "tabfit", "onnx"]);
    assert.deepEqual(read.metrics, ["accuracy", "log_loss"], "one that is not defined has no value");
    const [{ name: written, results: [{ task, dataset, metrics }, ...more] }] = read["model-index"];
    assert.equal(written, name.toWellFormed());
    assert.deepEqual([task, more], [{ type: "image-classification" }, []]);
    assert.deepEqual(dataset, { name: name.toWellFormed(), type: "imagefolder", split: "test", revision: "ab".repeat(32) });
    assert.deepEqual(metrics.map(({ type, value }) => [type, value]), [["accuracy", 0.4], ["log_loss", 1e-9]]);
    assert.deepEqual(body.match(/^#+ .*$/gm)?.length, 10, "a name makes no heading of its own");
    assert.doesNotMatch(body, /(?<!\\)<|(?<!\\)\](?=\()/, "neither HTML nor a link");
    for (const line of body.split("\n").filter((line) => line.startsWith("|"))) assert.ok([4, 7, 2].includes(line.replace(/\\./g, "").split("|").length - 2), line);
    for (const why of ["used: ?", "split: ?", "care: ?", "weights: ?", "settings: ?", "curves: ?", "validation: ?", "opened: ?"]) assert.ok(shown(body).includes(why), `${why} is said`);
  }
});

test("a network without any score has a card without results", () => {
  const none = report("x");
  none.evaluation.test = { unknown: "no test part" };
  for (const [format, library] of [["keras-file", "keras"], ["tfjs", "tabfit"], ["tabfit", "tabfit"]]) {
    const read = parse(frontMatter(none, format).replaceAll("---", ""));
    assert.deepEqual(Object.keys(read), ["library_name", "pipeline_tag", "tags"]);
    assert.equal(read.library_name, library);
  }
  assert.ok(cardOf(none, "tabfit").includes("no test part"));
});
