// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { areSearchesKept, forgetSearch, forgetSearches, keepSearches, recentSearches, rememberSearch } from "../../app/src/lib/recent_searches.js";
import { forgetUsers } from "../../app/src/lib/storage.js";

/** A store whose values are also its properties, as those of the browser are. */
class Store {
  /** @param {string} key @returns {string | null} */
  getItem(key) {
    return /** @type {any} */ (this)[key] ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    /** @type {any} */ (this)[key] = value;
  }

  /** @param {string} key */
  removeItem(key) {
    delete (/** @type {any} */ (this)[key]);
  }
}

beforeEach(() => Object.assign(globalThis, { localStorage: new Store() }));

test("the newest search comes first, each once, at most ten", () => {
  for (let i = 1; i <= 12; i += 1) rememberSearch("me", `검색 ${i}`);
  rememberSearch("me", "검색 5");
  assert.deepEqual(recentSearches("me"), [5, 12, 11, 10, 9, 8, 7, 6, 4, 3].map((i) => `검색 ${i}`));
});

test("each user has their own", () => {
  rememberSearch("me", "족보");
  assert.deepEqual(recentSearches("you"), []);
});

test("one or all can be removed", () => {
  for (const text of ["하나", "둘", "셋"]) rememberSearch("me", text);
  forgetSearch("me", "둘");
  assert.deepEqual(recentSearches("me"), ["셋", "하나"]);
  forgetSearches("me");
  assert.deepEqual(recentSearches("me"), []);
});

test("switched off, nothing is kept, and what was kept is gone", () => {
  rememberSearch("me", "족보");
  keepSearches("me", false);
  rememberSearch("me", "시험");
  assert.deepEqual(recentSearches("me"), []);
  keepSearches("me", true);
  rememberSearch("me", "시험");
  assert.deepEqual(recentSearches("me"), ["시험"]);
});

test("a logout removes the searches, and does not switch them on", () => {
  rememberSearch("me", "족보");
  forgetUsers();
  assert.deepEqual(Object.keys(localStorage), []);
  keepSearches("me", false);
  forgetUsers();
  assert.equal(areSearchesKept(), false);
});

test("a damaged value is no search", () => {
  for (const value of ["{", "3", '{"a":1}', "null"]) {
    localStorage.setItem("campus.user.me.recent-searches", value);
    assert.deepEqual(recentSearches("me"), []);
  }
  localStorage.setItem("campus.user.me.recent-searches", '["족보", 3, null]');
  assert.deepEqual(recentSearches("me"), ["족보"]);
});
