/**
 * Pictures to try the page with: 1,797 handwritten digits, which are fetched when they are asked for. `data/NOTICE` says who
 * made them, and `scripts/digits/make.py` how they lie in their file.
 */

import { fetched } from "../../../../fetched.js";
import { TrainerError } from "../../../shared/errors.js";
import { say } from "../../language/say.js";
import { sizeOf } from "../../tools/program-files.js";
import { greyPng } from "./png.js";
import { showFetching } from "../view.js";

/** @import { FolderEntry } from "../../../shared/protocol.js" */

const FILE = "data/digits.bin";
const PICTURES = 1797;
const SIDE = 8;
const CLASSES = 10;
/** The value of a pixel that is ink all over. */
const INK = 16;
/** As many from the end are for testing; the file has an order, which scikit-learn's examples keep. */
const TESTING = 360;

/**
 * @param {AbortSignal} signal
 * @returns {Promise<FolderEntry[]>} rejects with a sentence if the file cannot be fetched or is another one
 */
export async function digitEntries(signal) {
  const data = await unpacked(signal).catch((error) => {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const sentence = say("The handwritten digits could not be loaded from the server of this page ({why}); what was there before is still there.", { why });
    throw new TrainerError("DatasetError", sentence);
  });
  const labels = data.subarray(0, PICTURES);
  const planes = data.subarray(PICTURES);
  /** The places of the pictures in scikit-learn's order, sorted by label. */
  const sorted = [...labels.keys()].sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0) || a - b);
  const entries = sorted.map((place, i) => {
    const greys = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => Math.round(((planes[at * PICTURES + i] ?? 0) * 255) / INK));
    const part = place < PICTURES - TESTING ? "Training" : "Testing";
    const name = `${String(place).padStart(4, "0")}.png`;
    const png = greyPng(greys, SIDE, `scikit-learn, load_digits, ${place}`);
    return { path: `digits/${part}/${labels[place]}/${name}`, file: new File([png], name, { type: "image/png" }) };
  });
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What is inside the file. @param {AbortSignal} signal */
async function unpacked(signal) {
  const total = await sizeOf(FILE); // a server need not say it
  const response = await fetched(new URL(`../../../../${FILE}`, import.meta.url), (loaded) => showFetching(loaded, total), { signal });
  const inside = response.body?.pipeThrough(new DecompressionStream("deflate"));
  const data = new Uint8Array(await new Response(inside).arrayBuffer());
  const valid = data.length === PICTURES * (1 + SIDE * SIDE) && data.every((value, i) => value <= (i < PICTURES ? CLASSES - 1 : INK));
  if (!valid) throw new Error(say("the file holds something else"));
  return data;
}
