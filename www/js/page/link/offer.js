/**
 * The address of the page may hold settings, behind its #: that part is never sent to a server. What reads them, and what writes
 * such a link, is loaded when there is a use for it.
 */

import { say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { page, report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { late } from "../tools/late.js";
import { rememberStart } from "./at-start.js";

/** Settings have a "=" in them; without one it is the id of a part of the page. @param {string} hash */
const holdsSettings = (hash) => hash.includes("=");

/** Called once the page knows what there is to choose from. */
export async function offerLink() {
  rememberStart();
  const panel = byId("link", HTMLDetailsElement);
  panel.addEventListener("toggle", () => {
    if (panel.open) late(() => import("./write.js"), "link").catch(report);
  });
  const { hash } = location;
  addEventListener("hashchange", () => follow(hash));
  if (holdsSettings(hash)) await late(() => import("./read.js"), "link").then(({ readLink }) => readLink(hash.slice(1))).catch(report);
}

/** @param {string} opened what the page was opened with */
function follow(opened) {
  if (location.hash === opened) return;
  if (!holdsSettings(location.hash)) {
    // The page has gone to one of its parts. A reload shall find the settings all the same.
    if (holdsSettings(opened)) history.replaceState(history.state, "", opened);
  } else if (page.data || page.network) {
    showError(say("The address holds other settings now; reload the page to use them, which takes away its pictures and its network."));
  } else {
    location.reload();
  }
}
