/** One more thread for training on the processor; see startWorkers in arrays.js and folder.js. */

import init, { serve } from "../../pkg/tabfit.js";

// The first message is the compiled wasm.
self.onmessage = ({ data: module }) => init({ module_or_path: module }).then(serve);
