/** A loader for Node: a module that is imported with `?tab=1` imports others with it too, so that each tab has its own. */

export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const tab = /\?tab=\d+$/.exec(context.parentURL ?? "");
  return tab && found.url.startsWith("file:") && !found.url.includes("?") ? { ...found, url: found.url + tab[0] } : found;
}
