/**
 * A worker that converts one network by the part with WebGPU, which reads and writes every format. It ends after that, and its
 * memory with it.
 */

import { messageOf, program } from "./parts.js";
import { compile } from "./wasm.js";

/**
 * @import { ExportFormat, ModelFile } from "./webgpu/tabfit.js"
 * @typedef {{ files: ModelFile[] } | { missing: string } | { refused: { name: string, message: string } }} Converted
 */

/** @param {Converted} answer */
const answer = (answer) => self.postMessage(answer);

self.onmessage = async (/** @type {MessageEvent<{ files: ModelFile[], format: ExportFormat }>} */ { data: { files, format } }) => {
  let loaded;
  try {
    loaded = await program("webgpu");
    await loaded.default({ module_or_path: await compile("webgpu") });
  } catch (error) {
    return answer({ missing: messageOf(error) });
  }
  // A program that broke down keeps no promise any more.
  loaded.onFatal((message) => answer({ refused: { name: "ModelFileError", message: `${message}.` } }));
  try {
    const network = await loaded.Sequential.import(files, "cpu");
    answer({ files: await network.export(format) });
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    answer({ refused: { name, message } });
  }
};
