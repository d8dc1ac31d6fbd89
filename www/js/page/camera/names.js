/** Whether recorded classes can be used as folders of pictures. A pure function. */

import { say } from "../language/say.js";

/**
 * @param {readonly { name: string, pictures: number }[]} classes
 * @returns {{ at: number, sentence: string } | null} what has to be changed first, at which class
 */
export function problemOf(classes) {
  for (const [at, { name, pictures }] of classes.entries()) {
    const number = at + 1;
    if (name === "") return { at, sentence: say("Class number {number} has no name; give it one.", { number }) };
    if (/[/\\]/.test(name)) return { at, sentence: say("The name “{name}” has a slash in it, which a class cannot have; take it out.", { name }) };
    if (name.startsWith(".")) return { at, sentence: say("The name “{name}” begins with a dot, and such folders count as hidden; take the dot out.", { name }) };
    if (classes.findIndex((other) => other.name === name) < at) return { at, sentence: say("Two classes are called “{name}”; give one of them another name.", { name }) };
    if (pictures === 0) return { at, sentence: say("The class “{name}” has no pictures yet; record some, or remove the class.", { name }) };
  }
  return classes.length < 2 ? { at: 0, sentence: say("A network tells classes apart, so it takes at least two; add a class and record it.") } : null;
}
