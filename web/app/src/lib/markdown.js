// @ts-check
/**
 * The blocks of a text in the part of Markdown that policies use: headings, paragraphs, quotes and lists. Anything else stays
 * as it was typed.
 *
 * @typedef {{ kind: "heading", depth: number, text: string }} Heading
 * @typedef {{ kind: "paragraph" | "quote", text: string }} Paragraph
 * @typedef {{ kind: "ordered" | "unordered", start: number, items: string[] }} List
 */

const HEADING = /^(#{1,6})\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const ORDERED = /^\s*(\d+)[.)]\s+(.*)$/;
const UNORDERED = /^\s*[-*+]\s+(.*)$/;

/** @param {string} text @returns {(Heading | Paragraph | List)[]} */
export function blocksOf(text) {
  /** @type {(Heading | Paragraph | List)[]} */
  const blocks = [];
  let isOpen = false;
  for (const line of text.split(/\r?\n/)) {
    const [last] = isOpen ? blocks.slice(-1) : [];
    const block = line.trim() ? blockOf(line) : null;
    isOpen = block !== null && block.kind !== "heading";
    if (!block) continue;
    if (!last || !continues(last, block, line)) blocks.push(block);
  }
  return blocks;
}

/** @param {string} line @returns {Heading | Paragraph | List} */
function blockOf(line) {
  const [, marks, heading] = HEADING.exec(line) ?? [];
  if (marks) return { kind: "heading", depth: marks.length, text: heading };
  const [, number, ordered] = ORDERED.exec(line) ?? [];
  if (number) return { kind: "ordered", start: Number(number), items: [ordered] };
  const unordered = UNORDERED.exec(line);
  if (unordered) return { kind: "unordered", start: 1, items: [unordered[1]] };
  const quote = QUOTE.exec(line);
  return quote ? { kind: "quote", text: quote[1] } : { kind: "paragraph", text: line.trim() };
}

/**
 * Adds a line to the block before it, if it belongs to it: the next item of a list, or more of its text.
 *
 * @param {Heading | Paragraph | List} last
 * @param {Heading | Paragraph | List} block
 * @param {string} line
 */
function continues(last, block, line) {
  if ("items" in last) {
    if ("items" in block && block.kind === last.kind) last.items.push(...block.items);
    else if (block.kind === "paragraph" && /^\s/.test(line)) last.items[last.items.length - 1] += ` ${block.text}`;
    else return false;
    return true;
  }
  if (last.kind !== block.kind || "items" in block) return false;
  last.text += ` ${block.text}`;
  return true;
}

/** The parts of a line that are strong or not. @param {string} text @returns {{ text: string, isStrong: boolean }[]} */
export function strongParts(text) {
  return text
    .split(/\*\*(.+?)\*\*/)
    .map((part, i) => ({ text: part, isStrong: i % 2 === 1 }))
    .filter((part) => part.text);
}
