/** The name of an adapter, and whether it is only a GPU in software. */

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;

/** @returns {{ name: string, fallback: boolean }} of WebGPU's `GPUAdapterInfo` */
export function describe({ description, device, vendor, architecture, isFallbackAdapter }) {
  const name = description || device || [vendor, architecture].filter(Boolean).join(" ") || "an adapter without a name";
  return { name, fallback: isFallbackAdapter === true || SOFTWARE.test([name, vendor, architecture].join(" ")) };
}

/** @returns {{ name: string, fallback: boolean }} of WebGL's */
export function describeWebgl() {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) throw new Error("no WebGL 2");
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  return { name, fallback: SOFTWARE.test(name) };
}
