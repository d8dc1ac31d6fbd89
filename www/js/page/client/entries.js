/** Hands picked files to the trainer worker. */

import { client } from "./trainer-client.js";

/** @import { FolderEntry } from "../../shared/protocol.js" */

/** The most files that are sent at once: all of a large folder would stop the page for seconds. */
const AT_ONCE = 100;

/**
 * The next command that reads files reads these.
 *
 * @param {readonly FolderEntry[]} entries
 * @param {AbortSignal} [signal]
 */
export async function sendEntries(entries, signal) {
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    await client.send({ type: "entries", entries: entries.slice(at, at + AT_ONCE), first: at === 0 });
    signal?.throwIfAborted();
  }
}
