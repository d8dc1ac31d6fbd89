/**
 * A loader for Node: a module that is imported with `?tab=1` imports others with it too, so that each tab has its own; and where the
 * page would load the program, it gets what stands in for it.
 */

const PROGRAM = "./cpu/tabfit.js";

export async function resolve(specifier, context, next) {
  const found = specifier === PROGRAM ? { url: new URL("cpu/tabfit.js", import.meta.url).href, shortCircuit: true } : await next(specifier, context);
  const tab = /\?tab=\d+$/.exec(context.parentURL ?? "");
  return tab && found.url.startsWith("file:") && !found.url.includes("?") ? { ...found, url: found.url + tab[0] } : found;
}
