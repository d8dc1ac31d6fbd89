/** A tab of its own: its worker. */

import { answers } from "./answers.js";
import { DOES } from "./tab.js";

answers(DOES);
