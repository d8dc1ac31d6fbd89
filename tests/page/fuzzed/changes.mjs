/**
 * Changes files by the rules of their formats, with lengths and checksums that fit, so that what is strange lies where a parser
 * looks last. Each takes the bytes of a file and random numbers, and gives other bytes.
 */

import { deflateRawSync } from "node:zlib";
import { maskedCrc } from "../../../www/js/page/runs/files/crc32c.js";
import { damaged, ways } from "../damage.mjs";

const pick = (list, random) => list[Math.floor(random() * list.length)];
const bytesOf = (text) => Buffer.from(text, "utf8");

/** As a disk or a cable does, whatever the format. */
export function anyhow(bytes, random) {
  if (bytes.length >= 8) return Buffer.from(damaged(bytes, pick(ways, random), random));
  return Buffer.from(Array.from({ length: Math.floor(12 * random()) }, (_, i) => (i < bytes.length && random() < 0.7 ? bytes[i] : Math.floor(256 * random()))));
}

/** Words of the formats that are text, and what is seldom written. */
const WORDS = [
  '"', '""', ",", ";", "\t", "|", "\r", "\n", "\r\n", "\uFEFF", "sep=;\n", "\0", "epoch", "loss", "file", "content", "decision", "class", "exclude", "relabel", "__proto__",
  "constructor", "1e999", "-1", "0", "-0", "1.5", "1,5", "NaN", "Infinity", "NA", "9007199254740993", "[1, 2]", "'=1+1", "=", "@", "\u202E", "\ud800", "😀", " ", "\u0085",
];

/** A word is put in, a piece is taken out, or said again and again. */
export function text(bytes, random) {
  const whole = bytes.toString("utf8");
  const at = Math.floor(random() * (whole.length + 1));
  const length = Math.floor(random() * Math.min(60, whole.length - at + 1));
  const word = random() < 0.8 ? pick(WORDS, random) : whole.slice(at, at + length);
  const times = random() < 0.9 ? 1 : Math.floor(random() * 300);
  return bytesOf(whole.slice(0, at) + word.repeat(times) + whole.slice(at + (random() < 0.5 ? length : 0)));
}

const DEEP = 10_000;
/** What no parser expects in the place of another value. */
const ODD = [
  null, true, false, [], {}, "", "x", 0, -1, 1.5, -0, 1e308, 2 ** 53, "x".repeat(3000), [null], [[]], { length: -1 }, { toString: null }, { then: 1 }, "__proto__", "NaN", ["a", 1], [1, "a"],
];
/** Deeper than a program that calls itself for each bracket can go. */
const deep = (random) => (random() < 0.5 ? "[".repeat(DEEP) + "]".repeat(DEEP) : '{"a":'.repeat(DEEP) + "1" + "}".repeat(DEEP));
const PLACE = "\u0001 a deep value";

/** Everything in a value that another one can take the place of. @returns {[any, string | number][]} what holds it, and where */
function places(value) {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [/** @type {[any, string]} */ ([value, key]), ...places(part)]);
}

/** Changes a value of JSON somewhere inside; the text that this gives. @param {unknown} value @param {() => number} random */
export function json(value, random) {
  const whole = { value: structuredClone(value) };
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const all = places(whole);
    const [holder, key] = pick(all, random);
    const what = Math.floor(random() * 6);
    if (what === 0 && holder !== whole) delete holder[key];
    else if (what === 1) holder[key] = structuredClone(pick(all, random).reduce((of, at) => of[at]));
    else if (what === 2 && Array.isArray(holder[key])) holder[key] = Array(Math.floor(random() * 40)).fill(holder[key][0] ?? null);
    else if (what === 3) Object.defineProperty(holder, pick([...Object.keys(holder), "__proto__", "toString", "0"], random), { value: structuredClone(pick(ODD, random)), enumerable: true, configurable: true, writable: true });
    else if (what === 4 && random() < 0.1) holder[key] = PLACE;
    else holder[key] = structuredClone(pick(ODD, random));
  }
  return (JSON.stringify(whole.value) ?? "null").replace(JSON.stringify(PLACE), deep(random));
}

/** A file that is JSON; every now and then its text is changed too. */
export function jsonFile(bytes, random) {
  const known = parsed(bytes);
  return known === undefined || random() < 0.1 ? text(bytes, random) : bytesOf(json(known, random));
}

/** What JSON says; undefined where it is none, or so deep that nothing can be changed inside. */
function parsed(bytes) {
  try {
    const text = bytes.toString("utf8");
    return /(\[|\{"a":){100}/.test(text) ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A record of a TFRecord file, with checksums that fit. */
export function record(message, length = message.length) {
  const made = Buffer.alloc(16 + message.length);
  made.writeBigUInt64LE(BigInt(length));
  made.writeUInt32LE(maskedCrc(made.subarray(0, 8)), 8);
  made.set(message, 12);
  made.writeUInt32LE(maskedCrc(message), 12 + message.length);
  return made;
}

/** The messages in a TFRecord file, as far as it is one. @param {Buffer} bytes */
function messages(bytes) {
  const found = [];
  for (let at = 0; at + 16 <= bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (length > bytes.length - at - 16) break;
    found.push(bytes.subarray(at + 12, at + 12 + length));
    at += 16 + length;
  }
  return found;
}

/** Records change their places, come again or are changed inside; what one claims to be long may be of any length. */
export function records(bytes, random) {
  const all = messages(bytes);
  if (all.length === 0) return anyhow(bytes, random);
  const at = Math.floor(random() * all.length);
  const what = Math.floor(random() * 5);
  if (what === 0) all.splice(at, 1);
  else if (what === 1) all.splice(at, 0, pick(all, random));
  else if (what < 4) all[at] = anyhow(all[at], random);
  else return Buffer.concat([...all.slice(0, at).map((message) => record(message)), record(all[at], pick([0, 1, 2 ** 20, 2 ** 31, 2 ** 53, all[at].length + 1], random)), ...all.slice(at + 1).map((message) => record(message))]);
  return Buffer.concat(all.map((message) => record(message)));
}

/** The number at a place of a message of protocol buffers, and where it ends; null if there is none. */
function varint(bytes, at) {
  let value = 0n;
  for (let shift = 0n; at < bytes.length && shift < 70n; shift += 7n) {
    const byte = bytes[at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return { value, end: at };
  }
  return null;
}

/** @param {bigint} value */
function written(value) {
  const bytes = [];
  for (; value > 127n; value >>= 7n) bytes.push(Number(value & 127n) | 128);
  return Buffer.from([...bytes, Number(value)]);
}

/** The fields of a message, each with its key and its content; null if it is none. @param {Buffer} bytes */
function fieldsOf(bytes) {
  const fields = [];
  for (let at = 0; at < bytes.length;) {
    const key = varint(bytes, at);
    const kind = key && Number(key.value & 7n);
    const size = kind === 2 ? varint(bytes, key.end) : null;
    const from = size?.end ?? key?.end ?? 0;
    const end = { 0: key && varint(bytes, key.end)?.end, 1: from + 8, 2: size && from + Number(size.value), 5: from + 4 }[kind ?? -1];
    if (!end || end > bytes.length) return null;
    fields.push({ key: key.value, content: bytes.subarray(from, end) });
    at = end;
  }
  return fields;
}

const ofFields = (fields) => Buffer.concat(fields.flatMap(({ key, content }) => [written(key), ...((key & 7n) === 2n ? [written(BigInt(content.length))] : []), content]));

/** A field of a message, or of a message inside, comes again, is missing, gets another key or another content; lengths fit. */
export function message(bytes, random) {
  const fields = fieldsOf(bytes);
  if (!fields || fields.length === 0) return anyhow(bytes, random);
  const at = Math.floor(random() * fields.length);
  const { key, content } = fields[at];
  const what = Math.floor(random() * 8);
  if (what === 0) fields.splice(at, 1);
  else if (what === 1) fields.splice(at, 0, pick(fields, random));
  else if (what === 2) fields[at] = { key: (key & 7n) | (BigInt(Math.floor(random() * 20)) << 3n), content };
  else if (what === 3 || (key & 7n) !== 2n) fields[at] = { key: (key & ~7n) | 2n, content: anyhow(content, random) };
  else fields[at] = { key, content: message(content, random) };
  return ofFields(fields);
}

/** What stands behind the first bytes of a file is changed. @param {number} size @param {(bytes: Buffer, random: () => number) => Buffer} change */
export const behind = (size, change) => (bytes, random) => Buffer.concat([bytes.subarray(0, size), change(bytes.subarray(size), random)]);

/** A number in one of the heads of an archive becomes another one. */
export function archive(bytes, random) {
  const heads = [...bytes.toString("latin1").matchAll(/PK(?:\x01\x02|\x03\x04|\x05\x06)/g)].map(({ index }) => index);
  if (heads.length === 0 || random() < 0.3) return anyhow(bytes, random);
  const made = Buffer.from(bytes);
  const at = pick(heads, random) + 4 + 2 * Math.floor(random() * 20);
  if (at + 4 > made.length) return made;
  const value = pick([0, 1, 8, 0xffff, 0x7fffffff, 0xffffffff, made.length], random);
  if (random() < 0.5) made.writeUInt32LE(value, at);
  else made.writeUInt16LE(value & 0xffff, at);
  return made;
}

/** The text that a link holds packed is changed, or its letters are. */
export function link(bytes, random) {
  if (random() < 0.4) return text(bytes, random);
  const inner = random() < 0.02 ? Buffer.alloc(2 ** 20, "x") : text(bytesOf('[{ "type": "Dense" }]'), random);
  return bytesOf(`.${deflateRawSync(random() < 0.9 ? inner : anyhow(inner, random)).toString("base64url")}`);
}

/** A file that begins with the length of a head of JSON, in `wide` bytes. @param {4 | 8} wide */
export const headed = (wide, inner = json) => (bytes, random) => {
  if (bytes.length < wide || random() < 0.2) return anyhow(bytes, random);
  const length = Math.min(bytes.readUInt32LE(0), bytes.length - wide);
  const known = parsed(bytes.subarray(wide, wide + length));
  if (known === undefined) return anyhow(bytes, random);
  const head = bytesOf(inner(known, random));
  const size = Buffer.alloc(wide);
  size.writeUInt32LE(head.length);
  return Buffer.concat([size, head, bytes.subarray(wide + length)]);
};

/** The head of a safetensors file, whose entry "tabfit" is JSON in a text. */
export const described = (known, random) => {
  const about = known?.__metadata__?.tabfit;
  if (typeof about !== "string" || random() < 0.2) return json(known, random);
  const inner = parsed(bytesOf(about));
  return JSON.stringify({ ...known, __metadata__: { ...known.__metadata__, tabfit: inner === undefined ? about : json(inner, random) } });
};
