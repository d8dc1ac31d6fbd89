/** A script for a worker, which exports nothing. */
export {};
