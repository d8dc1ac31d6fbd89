/** A process of its own, in which calls of the storage fail. */

import "./quiet.js";
import { answers } from "./answers.js";
import { DOES } from "./process.js";

answers(DOES);
