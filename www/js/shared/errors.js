/**
 * Errors that the page tells apart by name: "ConfigError", "DatasetError" and so on, as in `tabfit.js`.
 *
 * Only the name and the message of an error travel between the trainer worker and the page, so the name is what
 * both sides look at, never the class.
 */

export class TrainerError extends Error {
  /**
   * @param {string} name
   * @param {string} message a whole sentence, which the person reads
   */
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}
