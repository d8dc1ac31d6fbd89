/** Names that a browser, a spreadsheet or a reader could take for something else, and what each place that shows them must hold to. */

import assert from "node:assert/strict";

const LONG = 300;

/** By what they try. None has a slash, so that each can be a folder or a file. */
export const HOSTILE = {
  markup: "<img src=x onerror=\"document.title='owned'\"><b>bold<b>&amp;",
  control: "bell\u0007 tab\t line\nreturn\r\u0085\u2028 end\u0001",
  turned: "left \u202etfel ot thgir \u2067 open",
  ended: "\u2069\u2069\u202c shut \u200f 12",
  hebrew: "\u05e9\u05dc\u05d5\u05dd 34",
  long: "W".repeat(LONG),
  formula: "=HYPERLINK(\"http:\",\"here\")+{name}",
};

/** What of a text stands outside of the parts that have a direction of their own; null if one of them does not end. */
function outside(text) {
  let [rest, open] = ["", 0];
  for (const sign of text) {
    if (sign === "\u2068" || (open > 0 && /[\u2066\u2067]/.test(sign))) open += 1;
    else if (sign === "\u2069" && open > 0) open -= 1;
    else if (open === 0) rest += sign;
  }
  return open === 0 ? rest : null;
}

const SIGN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Whether a sign of direction in a line of text reaches the words around it. */
export const turns = (line) => SIGN.test(outside(line) ?? "\u2068");

/** Two texts are the same name, but for signs of direction and for white space, which HTML shows as one space. */
export const plain = (text) => text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();

/**
 * Looks at everything that is shown now: no name became an element or code, none turns the words around it, none is wider than
 * the window.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} where
 * @param {ReadonlySet<string>} names that may stand alone in a box, as `plain` makes them: there they turn nothing but themselves
 */
export async function assertHarmless(page, where, names) {
  assert.ok(!/owned/.test(await page.title()), `${where}: a name was run`);
  const { made, texts, wide } = await page.evaluate(() => {
    const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const { display, unicodeBidi } = getComputedStyle(element);
      const box = element.childNodes.length === 1 && (display !== "inline" || unicodeBidi.includes("isolate"));
      if (shown(element)) texts.push({ node: walker.currentNode, text: walker.currentNode.data, box, tag: `${element.tagName}#${element.id}.${element.className}` });
    }
    for (const element of document.querySelectorAll("[title], [aria-label]")) {
      for (const name of ["title", "aria-label"]) if (element.hasAttribute(name)) texts.push({ text: element.getAttribute(name), box: true, tag: `${element.tagName}[${name}]` });
    }
    const clipped = (element) => {
      for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
        if (getComputedStyle(parent).overflowX !== "visible") return true;
      }
      return false;
    };
    const wide = [...document.querySelectorAll("body *")]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1 && !clipped(element))
      .map((element) => `${element.tagName}#${element.id}.${element.className} ${Math.round(element.getBoundingClientRect().right)}`);
    const range = document.createRange();
    for (const { node } of texts.filter(({ node }) => node)) { // a word that does not fit leaves its box
      range.selectNodeContents(node);
      if (range.getBoundingClientRect().right > innerWidth + 1 && !clipped(node)) wide.push(node.data.slice(0, 100));
    }
    if (document.documentElement.scrollWidth > innerWidth) wide.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const text of texts) delete text.node;
    return { made: document.querySelectorAll("[onerror], b").length, texts, wide };
  });
  assert.equal(made, 0, `${where}: a name became an element`);
  for (const { text, box, tag } of texts) {
    if (box && names.has(plain(text))) continue;
    const line = `${where}: ${tag} ${JSON.stringify(text.slice(0, 300))}`;
    assert.ok(!turns(text), line);
    if (!box) assert.doesNotMatch(outside(text) ?? "", /[\u0590-\u08ff]/, `${line} stands in a line with other words`);
  }
  assert.deepEqual(wide, [], `${where}: at ${page.viewportSize().width} pixels`);
}
