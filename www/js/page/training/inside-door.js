/** "Inside the network": what shows it is loaded when it is opened first, and nothing is computed while it is closed. */

import { client } from "../client/trainer-client.js";
import { report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { late } from "../tools/late.js";

/** @import { RunEvent } from "../../shared/protocol.js" */

const details = byId("inside", HTMLDetailsElement);

/** @type {Promise<typeof import("./inside/view.js")> | null} */
let loaded = null;
function view() {
  loaded ??= late(() => import("./inside/view.js"));
  loaded.catch(() => (loaded = null)); // the next time it is asked for again
  return loaded;
}

/** It was opened or closed. */
export async function onInsideToggle() {
  try {
    await client.send({ type: "watch", wished: details.open });
    if (details.open) await (await view()).opened();
  } catch (error) {
    report(error);
  }
}

/** @param {RunEvent} event */
export function tellInside(event) {
  if (details.open) void view().then(({ onEvent }) => onEvent(event)).catch(report);
}
