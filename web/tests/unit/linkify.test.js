// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { linkParts } from "../../app/src/lib/linkify.js";

const links = (/** @type {string} */ text) => linkParts(text).flatMap(({ href }) => href ?? []);

test("only https addresses become links", () => {
  const text = "https://example.com/a?b=c#d 그리고 http://example.com, ftp://x.y, javascript:alert(1), data:text/html,x";
  assert.deepEqual(links(text), ["https://example.com/a?b=c#d"]);
  assert.deepEqual(links("www.example.com example.com @example.com"), []);
});

test("an address ends before the punctuation of the sentence", () => {
  assert.deepEqual(links("여기(https://example.com/a)를 보세요. https://example.com/b. https://example.com/c!"), [
    "https://example.com/a",
    "https://example.com/b",
    "https://example.com/c",
  ]);
  assert.deepEqual(links("https://example.com/wiki/A_(b)"), ["https://example.com/wiki/A_(b)"]);
});

test("addresses with a user name, which hide the real host, stay text", () => {
  assert.deepEqual(links("https://bank.example@evil.example/"), []);
});

test("nothing of the text is lost", () => {
  for (const text of ["", "글", "a https://example.com b", "https://example.com", "https://", "<b>https://example.com/<i></b>", "‮https://example.com"]) {
    assert.equal(linkParts(text).map((part) => part.text).join(""), text);
  }
});
