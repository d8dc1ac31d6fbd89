/** Makes LICENSES.html: whose each thing is that is given out, and what its licence says. */

import { escaped, verbatim } from "./others.mjs";
import { read } from "./root.mjs";

/**
 * @param {string} version
 * @param {string[]} own crates of this checkout, with their versions
 * @param {import("./crates.mjs").Licensed[]} licenses
 * @param {import("./others.mjs").Other[]} others
 */
export function licensesPage(version, own, licenses, others) {
  const sections = [
    section("MIT OR Apache-2.0", "tabfit", own.map(escaped), verbatim(read("LICENSE-MIT")) + verbatim(read("LICENSE-APACHE"))),
    ...others.map(({ license, name, version, description, source, text }) =>
      section(license, name, [`${link(source, `${name} ${version}`)}: ${escaped(description)}`], text)),
    ...licenses.map(({ id, name, text, used_by }) => section(id, name, used_by.map(({ crate }) => item(crate)), verbatim(text))),
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Licences of tabfit ${version}</title>
<h1>Licences of tabfit ${version}, and of all that is inside</h1>
<p>Each heading names a licence, the list below it what is given out under it, and the text is the licence with the names of its holders.
Where a crate comes without a text, that of SPDX stands here, and its authors are those whom the crate names.</p>
${sections.join("\n")}
</html>
`;
}

/** @param {string} license of SPDX @param {string} title @param {string[]} items as HTML @param {string} text as HTML */
function section(license, title, items, text) {
  return `<h2 data-license="${escaped(license)}">${escaped(title)}</h2>\n<ul>\n${items.map((item) => `<li>${item}</li>\n`).join("")}</ul>\n${text}`;
}

/** @param {import("./crates.mjs").Licensed["used_by"][number]["crate"]} crate */
function item({ name, version, authors, repository }) {
  const title = `${name} ${version}`;
  return [repository ? link(repository, title) : escaped(title), ...authors.map((author) => escaped(author.replace(/ *<.*>/, "")))].join(", ");
}

/** @param {string} address @param {string} text */
const link = (address, text) => `<a href="${escaped(address)}">${escaped(text)}</a>`;
