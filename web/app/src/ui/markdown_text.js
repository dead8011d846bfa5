// @ts-check
import { html } from "../html.js";
import { blocksOf, strongParts } from "../lib/markdown.js";
import { UserText } from "./elements.js";

/** A text in Markdown. @param {{ text: string, level: number }} props `level`: that of its first headings. */
export function MarkdownText({ text, level }) {
  return html`<div class="markdown">${blocksOf(text).map((block) => blockElement(block, level))}</div>`;
}

/** @param {ReturnType<typeof blocksOf>[number]} block @param {number} level */
function blockElement(block, level) {
  if ("items" in block) {
    const items = block.items.map((item) => html`<li>${line(item)}</li>`);
    return block.kind === "ordered" ? html`<ol start=${block.start}>${items}</ol>` : html`<ul>${items}</ul>`;
  }
  const content = line(block.text);
  if (block.kind === "heading") return html`<${`h${Math.min(level + block.depth - 1, 6)}`}>${content}<//>`;
  return block.kind === "quote" ? html`<blockquote><p>${content}</p></blockquote>` : html`<p>${content}</p>`;
}

/** @param {string} text */
function line(text) {
  return strongParts(text).map((part) => (part.isStrong ? html`<strong>${part.text}</strong>` : html`<${UserText} text=${part.text} />`));
}
