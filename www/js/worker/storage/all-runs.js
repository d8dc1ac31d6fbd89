/** The folder with the folders of all runs. */

import { storage, storageToClear } from "./door.js";
import { claim, holds, release, takenElsewhere } from "./locks.js";
import { entryNames, folderIn, remove } from "./opfs.js";

const RUNS = "runs";

export const runsFolder = async () => folderIn(await storage(), RUNS, true);

/** The same for who only removes something. Rejects with a "NotFoundError" where there are no runs. */
export const runsToClear = async () => folderIn(await storageToClear(), RUNS);

/** Removes the runs that other tabs trained when the person wished that nothing is kept, but for those that they train still. */
export async function removeUnwished() {
  if (!(await entryNames(await storageToClear())).includes(RUNS)) return;
  const [runs, taken] = [await runsToClear(), await takenElsewhere()];
  for (const id of await entryNames(runs)) {
    if (holds(id) || taken(id) || !(await claim(id))) continue;
    await remove(runs, id).finally(() => release(id));
  }
}
