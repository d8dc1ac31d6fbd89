/** Whether this is the page in one file, which has everything inside: `scripts/one-file.sh` makes it. */
export const IN_ONE_FILE = document.getElementById("one-file") !== null;
