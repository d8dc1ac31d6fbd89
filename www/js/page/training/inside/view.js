/** Inside the network: its first filters, what its layers make of a picture, and how weights and gradients are spread. */

import { client } from "../../client/trainer-client.js";
import { say } from "../../language/say.js";
import { isRunning, page, report } from "../../state/state.js";
import { byId, setText } from "../../tools/dom.js";
import { many } from "../../tools/format.js";
import { clearSpreads, showSpreads } from "./spreads.js";
import { showTiles, tilesRow } from "./tiles.js";

/** @import { RunEvent } from "../../../shared/protocol.js" */

const details = byId("inside", HTMLDetailsElement);
const note = byId("inside-note", HTMLElement);
const input = byId("inside-picture", HTMLInputElement);

/** The picture that is looked at: a file, or the index of a training picture. @type {File | number} */
let picture = 0;
/** Each time a picture far from the last one is taken, because neighbours are of one class. */
const STRIDE = 7919;
/** When to ask again while the trainer has no time for it. */
const AGAIN_MS = 500;
let asking = false;
/** More has come while an answer was on its way. */
let stale = false;

input.addEventListener("change", () => {
  picture = input.files?.[0] ?? picture;
  input.value = "";
  void look();
});
byId("inside-sample", HTMLButtonElement).addEventListener("click", () => {
  picture = (typeof picture === "number" ? picture : 0) + STRIDE;
  void look();
});

export const opened = () => look();

/** @param {RunEvent} event of the run, while this is open */
export function onEvent(event) {
  if (event.type === "start") {
    clearSpreads();
    client.send({ type: "watch", wished: true }).catch(report); // the trainer may have been started anew
  }
  if (event.type === "step" && event.pixels.length === 0) showSpreads(event.look);
  if (event.type === "epoch") void look();
}

/** Asks for the inside as it is now; at most one question is on its way. */
async function look() {
  if (!details.open) return;
  if (asking) return void (stale = true);
  if (!page.network && !isRunning()) return setText(note, say("There is no network yet: fit one, or open a saved one."));
  if (typeof picture === "number" && !page.data) return setText(note, say("Pick pictures first, or choose a picture here."));
  asking = true;
  try {
    do {
      stale = false;
      const { inside, name, thumbnail } = await client.send({ type: "inside", picture });
      showTiles("inside-filters", inside.filters ? [tilesRow(inside.filters)] : []);
      showTiles("inside-layers", inside.layers.map(tilesRow), thumbnail && { bitmap: thumbnail, name });
      setText(note, say("{layers} and the picture {name}, after {epochs}.", { layers: many(inside.layers.length, "layer"), name, epochs: many(page.records.length, "epoch") }));
    } while (stale && details.open);
  } catch (error) {
    const { name = "" } = error instanceof Error ? error : {};
    // The run has just ended, or its pictures are being scored.
    if (isRunning() && ["ConfigError", "BusyError"].includes(name)) setTimeout(look, AGAIN_MS);
    else report(error);
  } finally {
    asking = false;
  }
}
