// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import en from "../../app/src/i18n/en/index.js";
import ko from "../../app/src/i18n/ko/index.js";

/** @typedef {string | { one: string, other: string }} Text */

/** @param {Record<string, Record<string, Text>>} texts @returns {Map<string, string>} The texts by key; of plurals, `other`. */
const flat = (texts) =>
  new Map(
    Object.entries(texts).flatMap(([feature, byName]) =>
      Object.entries(byName).map(([name, text]) => /** @type {[string, string]} */ ([`${feature}.${name}`, typeof text === "string" ? text : text.other])),
    ),
  );

const korean = flat(/** @type {any} */ (ko));
const english = flat(/** @type {any} */ (en));

/** @param {string} text */
const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g))].sort().join();

test("both languages have the same keys", () => {
  assert.deepEqual([...english.keys()].sort(), [...korean.keys()].sort());
});

test("both languages have the same placeholders", () => {
  const different = [...korean].filter(([key, text]) => placeholders(english.get(key) ?? "") !== placeholders(text));
  assert.deepEqual(different, []);
});

test("no Korean particle follows a placeholder, whose last sound is unknown", () => {
  const found = [...korean].filter(([, text]) => /\{(?!count|max|year)\w+\}’?(은|는|이|가|을|를|과|와|으로|로)(?![가-힣])/.test(text));
  assert.deepEqual(found, []);
});
