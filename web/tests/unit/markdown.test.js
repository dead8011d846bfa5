// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf, strongParts } from "../../app/src/lib/markdown.js";

test("headings, paragraphs, quotes and lists are blocks", () => {
  const text = "# 약관\n첫 줄\n이어진 줄\n\n> 인용\n> 계속\n\n1. 하나\n2. 둘\n   계속\n- 셋\n\n7) 일곱";
  assert.deepEqual(blocksOf(text), [
    { kind: "heading", depth: 1, text: "약관" },
    { kind: "paragraph", text: "첫 줄 이어진 줄" },
    { kind: "quote", text: "인용 계속" },
    { kind: "ordered", start: 1, items: ["하나", "둘 계속"] },
    { kind: "unordered", start: 1, items: ["셋"] },
    { kind: "ordered", start: 7, items: ["일곱"] },
  ]);
});

test("other marks stay as they were typed", () => {
  assert.deepEqual(blocksOf("| a | b |\r\n\r\n#태그 <b>x</b>"), [
    { kind: "paragraph", text: "| a | b |" },
    { kind: "paragraph", text: "#태그 <b>x</b>" },
  ]);
});

test("text between two pairs of stars is strong", () => {
  assert.deepEqual(strongParts("**목적.** 로그인 **둘**"), [
    { text: "목적.", isStrong: true },
    { text: " 로그인 ", isStrong: false },
    { text: "둘", isStrong: true },
  ]);
  assert.deepEqual(strongParts("2 ** 3"), [{ text: "2 ** 3", isStrong: false }]);
});
