/** Parts of the page that few people need, and that are therefore loaded when they are first used. */

import { TrainerError } from "../../shared/errors.js";
import { say } from "../language/say.js";
import { IN_ONE_FILE } from "./one-file.js";

/** What comes after the late style sheets, as if they had been there from the start. */
const LAST_STYLES = document.querySelector('link[href="css/responsive.css"]');

/** Those that were asked for, by name. @type {Map<string, Promise<unknown>>} */
const styles = new Map();

/**
 * @template T
 * @param {() => Promise<T>} load imports the part
 * @param {string} [style] the name of its style sheet, which is loaded with it
 * @returns {Promise<T>} rejects with a sentence for the person
 */
export async function late(load, style) {
  try {
    const styled = style && !IN_ONE_FILE && (styles.get(style) ?? loadStyle(style));
    const [part] = await Promise.all([load(), styled]);
    return part;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TrainerError("LoadError", say("A part of this page could not be loaded ({why}); try again when the page's server can be reached.", { why }));
  }
}

/** @param {string} name */
function loadStyle(name) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `css/${name}.css` });
  const loaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => {
      styles.delete(name); // the next time it is asked for again
      link.remove();
      reject(new Error(`css/${name}.css`));
    };
  });
  styles.set(name, loaded);
  if (LAST_STYLES) LAST_STYLES.before(link);
  else document.head.append(link);
  return loaded;
}
