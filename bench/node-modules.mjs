/** Lets Node import modules from the bench's server, by the addresses that a page would use. */

export function resolve(specifier, context, next) {
  const { parentURL } = context;
  if (!specifier.startsWith("http:") && !parentURL?.startsWith("http:")) return next(specifier, context);
  return { url: new URL(specifier, parentURL).href, format: "module", shortCircuit: true };
}

export async function load(url, context, next) {
  if (!url.startsWith("http:")) return next(url, context);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return { format: "module", source: await response.text(), shortCircuit: true };
}
