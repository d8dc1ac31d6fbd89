/** The list of the files that the page may load, at the foot of the page. */

import { hear, say } from "./language/say.js";
import { byId, row, setText } from "./tools/dom.js";
import { fileSize } from "./tools/format.js";
import { IN_ONE_FILE } from "./tools/one-file.js";
import { programFiles } from "./tools/program-files.js";

const details = byId("program-files", HTMLDetailsElement);
const table = byId("program-files-table", HTMLTableElement);
const note = byId("program-files-note", HTMLElement);

/** Shows the list when it is first opened. */
export function listProgramFiles() {
  if (IN_ONE_FILE) setText(note, say("All of these are in this one file, and the page loads nothing else."));
  details.addEventListener("toggle", async () => {
    if (!details.open || table.tBodies[0]?.rows.length) return;
    try {
      const files = await programFiles();
      table.tBodies[0]?.replaceChildren(...files.map(({ path, bytes, gzipped }) => row([path, fileSize(bytes), fileSize(gzipped)])));
      table.hidden = false;
    } catch (error) {
      const reason = hear(error instanceof Error ? error.message : String(error));
      setText(note, say("The list could not be loaded ({reason}); close and open it to try again.", { reason }));
    }
  });
}
