/** How many cores the programs of this machine use: asked while both sides wait, it is what others use. */

import { cpus } from "node:os";

const MOMENT = 2000;

export async function coresInUse() {
  const before = times();
  await new Promise((resolve) => setTimeout(resolve, MOMENT));
  const after = times();
  const [busy, all] = [after.busy - before.busy, after.all - before.all];
  return all === 0 ? 0 : (cpus().length * busy) / all;
}

function times() {
  const each = cpus().map((core) => core.times);
  const all = each.reduce((sum, time) => sum + Object.values(time).reduce((a, b) => a + b), 0);
  return { all, busy: all - each.reduce((sum, { idle }) => sum + idle, 0) };
}
