/** The English sentences that the sources hold: those of the page's scripts, and the literals from which others are made. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "./chromium.mjs";

/** @param {string} folder @param {RegExp} name */
export const filesIn = (folder, name) =>
  readdirSync(join(ROOT, folder), { recursive: true }).filter((path) => name.test(path)).map((path) => join(folder, path));

/** What a node of the syntax tree is as a text: literals joined by `+`; undefined for anything else. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

/**
 * Every sentence that the page says, by file and line.
 *
 * @returns {{ key: string, place: string, values: string[] | null }[]} `values`: the names of those that are given, if they are
 *   written out
 */
export function said() {
  const found = [];
  for (const path of filesIn("www/js", /(^main|^page\/.*)\.js$/)) {
    if (/language\/say\.js$|tools\/dom\.js$/.test(path)) continue; // they say what they are given
    const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      if (ts.isCallExpression(node)) {
        const place = `${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
        const name = node.expression.getText();
        const [first, second, third] = node.arguments;
        if (name === "refused") found.push({ key: textOf(first), place, values: null });
        if (name === "say" && path.endsWith("files/refuse.js")) return; // it says what it is given
        if (name === "say" && !path.endsWith("tools/format.js")) found.push({ key: textOf(first), place, values: namesOf(second) });
        if (name === "say" && path.endsWith("tools/format.js") && textOf(first)) found.push({ key: textOf(first), place, values: null });
        if (name === "many") {
          const [one, other] = [textOf(second), third ? textOf(third) : `${textOf(second)}s`];
          found.push(...[one, other].map((word) => ({ key: word && `{count} ${word}`, place, values: ["count"] })));
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** @param {ts.Expression | undefined} node the values of a sentence */
function namesOf(node) {
  if (!node) return [];
  if (!ts.isObjectLiteralExpression(node) || node.properties.some((property) => ts.isSpreadAssignment(property))) return null;
  return node.properties.map((property) => property.name.getText());
}

/** Texts of several words in the page's scripts that are not given to `say`, by file. */
export function unsaid() {
  const found = [];
  for (const path of filesIn("www/js", /(^main|^page\/.*)\.js$/)) {
    const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      if (ts.isCallExpression(node) && ["say", "many", "refused"].includes(node.expression.getText())) return node.arguments.slice(1).forEach(visit);
      const parts = ts.isTemplateExpression(node) ? [node.head.text, ...node.templateSpans.map((span) => `{}${span.literal.text}`)] : [];
      const text = textOf(node) ?? parts.join("");
      if (/^[A-Z{]\S* .*\w{2,} .*\w{2}/s.test(text)) found.push({ path, text });
      else ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** The sentences of index.html and what it includes, as the page itself finds them. @param {import("playwright-core").Page} page */
export function written(page) {
  return page.evaluate(async () => {
    const { texts } = await import("/js/page/language/static.js");
    const parsed = await new Promise((resolve) => { // the page's trusted types let nobody make a document of a text
      const request = new XMLHttpRequest();
      request.responseType = "document";
      request.onload = () => resolve(request.response);
      request.open("GET", "/index.html");
      request.send();
    });
    const key = (text) => ("sentence" in text ? text.sentence.key : text.element.getAttribute(text.attribute).replace(/\s+/g, " "));
    return [...new Set([...texts(parsed, () => true)].map(key))];
  });
}

/**
 * Everything in the sources of the program and of the worker that is a text, with each value as `{}`.
 *
 * @param {string} [folder] only those of these scripts
 * @returns {string[]}
 */
export function literals(folder) {
  const found = [];
  for (const path of folder ? [] : ["src", "clinic/src", "decisions/src", "decoders", "formats", "parts/exchange", "scores"].flatMap((name) => filesIn(name, /\.rs$/))) {
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const [, literal] of text.matchAll(/"((?:[^"\\]|\\[^])*)"/g)) {
      const plain = literal.replace(/\\\n\s*/g, "").replaceAll('\\"', '"').replaceAll("\\\\", "\\");
      found.push(plain.replace(/\{\{|\}\}|\{[^{}]*\}/g, (braces) => ({ "{{": "{", "}}": "}" })[braces] ?? "{}"));
    }
  }
  const scripts = folder ? filesIn(folder, /\.js$/) : filesIn("www", /^(\w+|one-file\/\w+|js\/worker|js\/worker\/.*|js\/shared\/.*|js\/page\/client\/.*|js\/page\/training\/pause-stop)\.js$/);
  for (const path of scripts) {
    const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      if (ts.isStringLiteralLike(node)) found.push(node.text);
      if (ts.isTemplateExpression(node)) found.push([node.head.text, ...node.templateSpans.map((span) => `{}${span.literal.text}`)].join(""));
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}
