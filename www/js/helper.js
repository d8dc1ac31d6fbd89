/**
 * One more thread for training on the processor: learns from what the worker hands it.
 */

import init, { serve } from "../tabfit.js";

// The first message is the compiled wasm, so nothing is loaded or compiled twice.
self.onmessage = ({ data: module }) => init({ module_or_path: module }).then(serve);
