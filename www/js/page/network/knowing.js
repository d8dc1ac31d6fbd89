/** What the page says of a preset that has learnt before: what Fit loads for it, and which size of pictures suits it. */

import { say } from "../language/say.js";
import { byId, setText } from "../tools/dom.js";
import { fileSize } from "../tools/format.js";
import { IN_ONE_FILE } from "../tools/one-file.js";
import { sizeOf } from "../tools/program-files.js";

/** @import { Preset } from "../../../tabfit.js" */

const advice = byId("size-advice", HTMLElement);
const adviceText = byId("size-advice-text", HTMLElement);
const useSize = byId("use-size", HTMLButtonElement);

/** A sentence on the file that Fit will load, or that is missing. @param {Preset} preset */
export async function loadNote({ name, pretrainedSize }) {
  if (pretrainedSize === null) return "";
  const bytes = await sizeOf(`pretrained/${name}.safetensors`);
  if (IN_ONE_FILE) return bytes ? "" : say("What it has learnt is not in this file; open tabfit-pretrained.html, which has it, or choose another network.");
  return bytes
    ? say("Fit first loads what it has learnt from the server of this page, once ({size}); your pictures stay here.", { size: fileSize(bytes) })
    : say("Fit first loads what it has learnt from the server of this page, once; your pictures stay here.");
}

/**
 * Proposes the size of pictures that suits the preset, if they have another one.
 *
 * @param {Preset | undefined} preset
 * @param {number} imageSize
 */
export function adviseSize(preset, imageSize) {
  const size = preset?.pretrainedSize ?? imageSize;
  advice.hidden = size === imageSize;
  setText(adviceText, say("Pictures of {size} × {size} suit this network better than those of {now} × {now}.", { size, now: imageSize }));
  setText(useSize, say("Use {size} × {size}", { size }));
}
