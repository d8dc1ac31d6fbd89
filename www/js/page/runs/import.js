/** Opens runs and logs from files: they are kept beside the runs of this browser, or where nothing is kept, in memory. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { byId, element, setText } from "../tools/dom.js";
import { many } from "../tools/format.js";
import { late } from "../tools/late.js";
import { shelf, tick } from "./shelf.js";

/** @import { PickedFile } from "./files/unzip.js" */

const note = byId("runs-note", HTMLElement);
const troubles = byId("runs-troubles", HTMLElement);
/** More sentences nobody reads. */
const MOST_SENTENCES = 20;
/** A long list of curves on one chart is not readable: of many imported runs only the first are ticked. */
const MOST_TICKED = 8;

/** How many runs were ever in memory, for their ids. */
let numbered = 0;

/** The files of an input. @param {readonly File[]} files @returns {PickedFile[]} */
export const pickedFiles = (files) =>
  files.map((file) => ({ path: file.webkitRelativePath || file.name, chosen: !file.webkitRelativePath, open: async () => file }));

/** @param {readonly PickedFile[]} picked */
export async function importRuns(picked) {
  showNews(say("Reading …"), []);
  const found = await late(() => import("./files/read.js")).then(({ readRuns }) => readRuns(picked)).finally(() => showNews("", []));
  const { ids, why } = found.runs.length > 0 ? await client.send({ type: "import-runs", runs: found.runs }) : { ids: [], why: "" };
  const unkept = found.runs.slice(ids.length).map((run) => {
    const id = `memory-${++numbered}`;
    shelf.memory.set(id, run);
    return id;
  });
  if (unkept.length > 0) shelf.why = why;
  for (const id of [...ids, ...unkept].slice(0, MOST_TICKED)) tick(id, true);
  showNews(found.runs.length === 0 ? "" : say("Opened: {runs}.", { runs: many(found.runs.length, "run") }), found.troubles);
}

/**
 * @param {string} sentence
 * @param {readonly string[]} sentences
 */
function showNews(sentence, sentences) {
  setText(note, sentence);
  troubles.hidden = sentences.length === 0;
  const more = sentences.length - MOST_SENTENCES;
  const shown = [...sentences.slice(0, MOST_SENTENCES), ...(more > 0 ? [say("{more} more sentences of this kind are left out.", { more })] : [])];
  troubles.replaceChildren(...shown.map((text) => element("li", text)));
}
