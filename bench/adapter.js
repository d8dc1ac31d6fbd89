/** The name of an adapter, and whether it is only a GPU in software. */

/** WebGL tells nothing but a name, and old browsers do not say of an adapter of WebGPU that it is a fallback. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;

/** @returns {{ name: string, fallback: boolean }} of WebGPU's `GPUAdapterInfo`; `type` is Chromium's own, and not always there */
export function describe({ description, device, vendor, architecture, isFallbackAdapter, type }) {
  const name = description || device || [vendor, architecture].filter(Boolean).join(" ") || "an adapter without a name";
  return { name, fallback: isFallbackAdapter === true || type === "CPU" || SOFTWARE.test([name, vendor, architecture].join(" ")) };
}

/** @returns {{ name: string, fallback: boolean }} of WebGL's */
export function describeWebgl() {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) throw new Error("no WebGL 2");
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  return { name, fallback: SOFTWARE.test(name) };
}
