// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { excerptOf, highlightParts } from "../../app/src/lib/highlight.js";

/** The text with its matches in brackets. @param {string} text @param {[number, number][]} pairs */
const marked = (text, pairs) => joined(highlightParts(text, pairs.map(([start, end]) => ({ start, end }))));

/** @param {ReturnType<typeof highlightParts>} parts */
const joined = (parts) => parts.map((part) => (part.isMatch ? `[${part.text}]` : part.text)).join("");

test("the ranges are the matches", () => {
  assert.equal(marked("중간고사 족보 있나요", [[0, 4], [5, 7]]), "[중간고사] [족보] 있나요");
  assert.equal(marked("족보", [[0, 2]]), "[족보]");
  assert.equal(marked("족보", []), "족보");
  assert.equal(marked("", []), "");
});

test("ranges that are out of order, overlap or touch become one", () => {
  assert.equal(marked("가나다라마바", [[3, 5], [0, 2]]), "[가나]다[라마]바");
  assert.equal(marked("가나다라마바", [[0, 3], [1, 2], [2, 4]]), "[가나다라]마바");
  assert.equal(marked("가나다라마바", [[0, 2], [2, 4]]), "[가나다라]마바");
});

test("ranges that do not fit are cut or left out, and no text is lost", () => {
  assert.equal(marked("가나다", [[-5, 1]]), "[가]나다");
  assert.equal(marked("가나다", [[2, 99]]), "가나[다]");
  assert.equal(marked("가나다", [[2, 1], [1, 1], [7, 9]]), "가나다");
  assert.equal(marked("가나다", [[NaN, 1], [0.9, 1.9]]), "[가]나다");
  for (const wrong of [null, undefined, "ranges", [null], [{}], [[0, 1]]]) {
    assert.equal(joined(highlightParts("가나다", /** @type {any} */ (wrong))), "가나다");
  }
});

test("no range cuts through a character", () => {
  assert.equal(marked("😀😀", [[1, 2]]), "[😀]😀");
  assert.equal(marked("가😀나", [[0, 2]]), "[가]😀나");
});

/** @param {string} text @param {[number, number][]} pairs */
function excerpt(text, pairs) {
  const found = excerptOf(text, pairs.map(([start, end]) => ({ start, end })));
  return joined(highlightParts(found.text, found.ranges));
}

test("an excerpt begins shortly before the first match, at a word if there is one", () => {
  const text = `${"앞 ".repeat(30)}중간고사 족보`;
  assert.equal(excerpt(text, [[60, 64], [65, 67]]), `…${"앞 ".repeat(7)}[중간고사] [족보]`);
  assert.equal(excerpt(`${"앞".repeat(60)}족보`, [[60, 62]]), `…${"앞".repeat(16)}[족보]`);
  assert.equal(excerpt(`${"😀".repeat(30)}가족보`, [[61, 63]]), `…${"😀".repeat(8)}가[족보]`);
});

test("an excerpt is the whole text if the match is near its start, or there is none", () => {
  assert.equal(excerpt("중간고사 족보 있나요", [[5, 7]]), "중간고사 [족보] 있나요");
  const text = "앞 ".repeat(50);
  assert.equal(excerpt(text, []), text);
});
