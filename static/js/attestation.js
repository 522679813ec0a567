// Verifies the second code of an ordonnance with the published keys and nothing else: the twin of
// eprescription/documents/attestation, which says what each byte means.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DOMAIN = "ordonnance numerique, attestation 2\n";
const LINES = "lines 1";
const PREFIX = "2.";
const CONTENT = 44;
const BYTES = CONTENT + 64;
const CHARACTERS = Math.ceil((BYTES * 8) / 5);
const SPARE = CHARACTERS * 5 - BYTES * 8;
const DIGEST = 18;
const MARK = 5;
const FIRST_DAY = Date.UTC(2020, 0, 1);
const DAY = 86_400_000;
const KINDS = { 0x21: "prescription", 0x22: "pad" };
// What a French keyboard writes for the keys that a scanner set to QWERTY presses.
const AZERTY = "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:! 1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§";
const QWERTY = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?";

export async function isAble() {
  if (!globalThis.crypto?.subtle) return false;
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch (error) {
    return error.name === "DataError"; // it knows the algorithm and dislikes the key
  }
}

export function readBook({ format, keys, revoked, cancelled, made_at }) {
  if (format !== 1) throw new Error("another format");
  const marks = hex(fromBase64(cancelled));
  return {
    keys: new Map(keys.map(({ name, public: half }) => [name, fromBase64(half)])),
    revoked: new Set(revoked),
    cancelled: new Set(marks.match(new RegExp(`.{${2 * MARK}}`, "g"))),
    madeAt: new Date(made_at),
  };
}

// { problem: "" for a code to trust, attested: what a true signature covers }
export async function verify(text, book, { today, lines = "" }) {
  let first = null;
  for (const raw of readings(text)) {
    const verdict = await verdictOf(raw, book, today, lines);
    if (verdict.attested) return verdict;
    first ??= verdict;
  }
  return first ?? { problem: "shape" };
}

async function verdictOf(raw, book, today, lines) {
  const content = raw.slice(0, CONTENT);
  const name = hex(content.slice(1, 5));
  if (book.revoked.has(name)) return { problem: "key_revoked" };
  if (!book.keys.has(name)) return { problem: "key_unknown" };
  const key = await crypto.subtle.importKey("raw", book.keys.get(name), { name: "Ed25519" }, false, ["verify"]);
  const said = new Uint8Array([...new TextEncoder().encode(DOMAIN), ...content]);
  const holds = await crypto.subtle.verify({ name: "Ed25519" }, key, raw.slice(CONTENT), said);
  const attested = holds ? attestedBy(content) : null;
  if (!attested) return { problem: "forged" };
  return { problem: await problemOf(attested, content, book, today, lines), attested };
}

async function problemOf(attested, content, book, today, lines) {
  const { number, kind, expires } = attested;
  if (book.cancelled.has(hex(await sha256(number)).slice(0, 2 * MARK))) return "cancelled";
  const signed = hex(content.slice(26, 26 + DIGEST));
  if (kind === "prescription" && lines.trim() && (await digestOf(number, lines)) !== signed) return "lines";
  return today > expires ? "expired" : "";
}

function attestedBy(content) {
  const number = big(content.slice(5, 15));
  const rpps = big(content.slice(19, 24));
  const kind = KINDS[content[0]];
  if (!kind || number >> 75n || rpps >= 10n ** 11n) return null;
  const body = `01${characters(number, 15)}`;
  return {
    kind,
    number: body + checkCharacter(body),
    issued: day(content.slice(15, 17)),
    expires: day(content.slice(17, 19)),
    prescriber: rpps ? String(rpps).padStart(11, "0") : "",
    lines: content[24],
    boxes: content[25],
  };
}

async function digestOf(number, lines) {
  const rows = lines.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/).map(plain).filter(Boolean);
  return hex(await sha256([LINES, number, ...rows].join("\n"))).slice(0, 2 * DIGEST);
}

function plain(row) {
  const text = row.replace(/[’‘`´]/g, "'").normalize("NFKC").replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "");
  const between = /[\s\x1c-\x1f\x85·|]+|,(?=[\s\x1c-\x1f\x85])|,$/g;
  return text.replace(between, " ").replace(between, " ").trim().toLowerCase();
}

function* readings(text) {
  const typed = text.slice(0, 400).trim();
  for (const reading of new Set([typed, undone(typed)])) {
    const compact = reading.replace(/\s/g, "").toUpperCase().replace(/[:;/,>]/g, ".");
    const start = compact.startsWith("]Q") ? compact.indexOf(PREFIX) : 0;
    const raw = start < 0 ? null : bytesOf(compact.slice(start));
    if (raw) yield raw;
  }
}

function undone(text) {
  return [...text].map((written) => (/\d/.test(written) ? written : (QWERTY[AZERTY.indexOf(written)] ?? written))).join("");
}

function bytesOf(text) {
  if (text.length !== PREFIX.length + CHARACTERS || !text.startsWith(PREFIX)) return null;
  let bits = 0n;
  for (const character of text.slice(PREFIX.length)) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return null;
    bits = (bits << 5n) | BigInt(value);
  }
  const spare = BigInt(SPARE);
  if (bits & ((1n << spare) - 1n)) return null;
  const digits = (bits >> spare).toString(16).padStart(2 * BYTES, "0");
  return new Uint8Array(digits.match(/../g).map((pair) => parseInt(pair, 16)));
}

// ISO 7064, hybrid system MOD 37,36
function checkCharacter(body) {
  let product = 36;
  for (const character of body) product = (((product + CHECK.indexOf(character)) % 36 || 36) * 2) % 37;
  return CHECK[(37 - product) % 36];
}

function characters(value, length) {
  return Array.from({ length }, (_, i) => ALPHABET[Number((value >> BigInt(5 * (length - 1 - i))) & 31n)]).join("");
}

function day(bytes) {
  return new Date(FIRST_DAY + DAY * (256 * bytes[0] + bytes[1])).toISOString().slice(0, 10);
}

function big(bytes) {
  return BigInt(`0x${hex(bytes)}`);
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
