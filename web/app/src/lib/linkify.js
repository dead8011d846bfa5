// @ts-check
const URL_PATTERN = /https:\/\/[^\s<>"'`“”‘’]+/giu;
const TRAILING = /[.,!?;:\]}…]+$/u;

/**
 * Splits a text into plain parts and https links. Nothing of it is read as HTML.
 *
 * @param {string} text
 * @returns {{ text: string, href?: string }[]}
 */
export function linkParts(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(URL_PATTERN)) {
    const shown = beforeUnopened(found[0]).replace(TRAILING, "");
    const href = safeUrl(shown);
    if (!href) continue;
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    parts.push({ text: shown, href });
    end = found.index + shown.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** The text before a parenthesis that closes what opened before the address. @param {string} text */
function beforeUnopened(text) {
  let open = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === "(") open += 1;
    if (text[i] === ")" && (open -= 1) < 0) return text.slice(0, i);
  }
  return text;
}

/** The URL of a text that is an https URL without user and password, or null. @param {string} text */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}
