/** The workers of this test do not look at the storage when another one has changed something: only when they are told to. */

BroadcastChannel.prototype.postMessage = () => {};
