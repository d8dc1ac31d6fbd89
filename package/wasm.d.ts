/** "cpu" and "webgpu" train, and `init` loads one of them; the others are loaded once they are needed. */
export type PartName = "cpu" | "webgpu" | "clinic" | "decoders" | "exchange" | "formats" | "study";

/** Where the wasm of each part lies that runs here, for a page that loads it early or keeps it. */
export const urls: Record<PartName, URL>;

export interface CompileOptions {
  /** Once it is aborted, `compile` rejects with its reason, an `AbortError` if no other one was given. */
  signal?: AbortSignal | null;
  /** Gets the bytes that have come, and how many there will be; null if the server does not say. */
  onProgress?: ((loaded: number, total: number | null) => void) | null;
}

/**
 * Fetches a part and compiles it. `init({ device, module })` takes "cpu" or "webgpu" compiled, in as many workers as you like.
 *
 * Rejects with an `Error` if the part cannot be fetched.
 */
export function compile(part: PartName, options?: CompileOptions): Promise<WebAssembly.Module>;
