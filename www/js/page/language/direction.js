/**
 * Names in scripts that are written from right to left, and signs that turn the direction of what follows them: whatever a name
 * holds, the words around it stay where they are. Pure functions.
 */

/** Signs of Unicode that say something about direction; none of them can be seen. */
const SIGN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const SIGNS = new RegExp(SIGN, "g");
/** Letters that are written from right to left. */
const LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** FSI begins a part with a direction of its own, and PDI ends it; LRI and RLI begin one with a given direction. */
const [LRI, FSI, PDI] = ["\u2066", "\u2068", "\u2069"];

/**
 * A text without the signs that reach beyond it: parts with a direction of their own end within it, and the other signs stay
 * only inside of such parts, but for those that turn letters around, which go.
 *
 * @param {string} text
 */
export function closed(text) {
  if (!SIGN.test(text)) return text;
  let [made, open] = ["", 0];
  for (const sign of text) {
    if (sign >= "\u202a" && sign <= "\u202e") continue;
    if (sign >= LRI && sign <= FSI) open += 1;
    else if (sign === PDI) open -= 1;
    else if (open === 0 && SIGN.test(sign)) continue;
    if (open < 0) open = 0;
    else made += sign;
  }
  return made + PDI.repeat(open);
}

/** A text without any such sign. @param {string} text */
export const undirected = (text) => text.replace(SIGNS, "");

/** A value for a sentence, which leaves the order of the words around it as it is. @param {string} text */
export function isolated(text) {
  const made = closed(text);
  return LETTER.test(made) || SIGN.test(made) ? `${FSI}${made}${PDI}` : made;
}
