// @ts-check
/** What a search found in a text, as ranges of it. */

/** @typedef {import("campus-api").Schema<"TextRange">} TextRange */

/** How many characters of a cut text stand before the first match. */
const LEAD = 16;
/** The first match may be this far from the start, where a list with two lines still shows it. */
const SHOWN = 32;

/**
 * The text in parts, of which those that a search found have `isMatch`. Ranges that do not fit the text are cut or left out.
 *
 * @param {string} text
 * @param {readonly TextRange[]} ranges
 */
export function highlightParts(text, ranges) {
  /** @type {{ text: string, isMatch: boolean }[]} */
  const parts = [];
  let end = 0;
  const add = (/** @type {number} */ to, /** @type {boolean} */ isMatch) => {
    if (to > end) parts.push({ text: text.slice(end, to), isMatch });
    end = Math.max(end, to);
  };
  for (const range of fitting(text, ranges)) {
    add(range.start, false);
    add(range.end, true);
  }
  add(text.length, false);
  return parts;
}

/**
 * The text from shortly before the first match, so that the beginning of a long one does not push it out of sight.
 *
 * @param {string} text
 * @param {readonly TextRange[]} ranges
 * @returns {{ text: string, ranges: TextRange[] }}
 */
export function excerptOf(text, ranges) {
  const found = fitting(text, ranges);
  const first = found[0];
  if (!first || first.start <= SHOWN) return { text, ranges: found };
  const from = first.start - LEAD;
  const space = text.slice(from, first.start).search(/\s/);
  const cut = space < 0 ? outsideCharacter(text, from) : from + space + 1;
  const start = "…";
  const move = (/** @type {number} */ offset) => offset - cut + start.length;
  return { text: start + text.slice(cut), ranges: found.map((range) => ({ start: move(range.start), end: move(range.end) })) };
}

/** The ranges within the text, in order, without those that overlap. @param {string} text @param {readonly TextRange[]} ranges @returns {TextRange[]} */
function fitting(text, ranges) {
  /** @type {TextRange[]} */
  const kept = [];
  const inText = (/** @type {unknown} */ offset) => outsideCharacter(text, Math.min(Math.max(Math.trunc(Number(offset)) || 0, 0), text.length));
  const inOrder = (Array.isArray(ranges) ? ranges : []).map((range) => ({ start: inText(range?.start), end: inText(range?.end) })).sort((a, b) => a.start - b.start);
  for (const { start, end } of inOrder) {
    const last = kept.at(-1);
    if (end <= start) continue;
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else kept.push({ start, end });
  }
  return kept;
}

/** The offset, moved out of the middle of a character that takes two. @param {string} text @param {number} offset */
const outsideCharacter = (text, offset) => (/^[\udc00-\udfff]/.test(text.slice(offset)) && /[\ud800-\udbff]$/.test(text.slice(0, offset)) ? offset - 1 : offset);
