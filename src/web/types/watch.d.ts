/** What a call may be given that takes long. */
export interface CallOptions {
  /** Once it is aborted, the call rejects with its reason, an `AbortError` if no other one was given. */
  signal?: AbortSignal | null;
  /** Hears from time to time how much of how much is done, and at the end. What it throws ends the call. */
  onProgress?: ((done: number, total: number) => void) | null;
}

/** The options of `Sequential.load` and `import`; `onProgress` counts bytes. */
export interface OpenOptions extends CallOptions {
  device?: DeviceChoice | null;
}

/** `onProgress` counts the steps of all epochs, from time to time and at the end of each. */
export interface FitOptions extends FitConfig, Omit<CallOptions, "signal"> {
  /**
   * Once it is aborted, the run ends after the step that goes on, with its history and no error; `resume` goes on with it. Was it
   * aborted before, `fit` and `resume` reject with its reason, an `AbortError` if no other one was given, and change nothing.
   */
  signal?: AbortSignal | null;
}

/** The options of `resume`. */
export interface ResumeOptions extends Pick<FitOptions, "signal" | "onProgress"> {
  /** The run's callbacks with functions. */
  callbacks?: CustomCallback[] | null;
}
