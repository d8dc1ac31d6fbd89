/** The error for a file that cannot be opened as a run: one sentence that names it. */

import { TrainerError } from "../../../shared/errors.js";
import { say } from "../../language/say.js";

/**
 * @param {string} sentence with `{file}` where its name stands
 * @param {string} file
 * @param {Record<string, string | number>} [values]
 */
export const refused = (sentence, file, values = {}) => new TrainerError("FileError", say(sentence, { file, ...values }));
