// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { changeEverywhere, forgetAll, remembered, removeEverywhere } from "../../app/src/lib/cache.js";
import { fillPage, merge } from "../../app/src/lib/paged_list.js";

/** @param {string} key The key of the history entry that the user is at. */
const visit = (key) => Object.assign(globalThis, { history: { state: { key } } });

beforeEach(() => {
  forgetAll();
  visit("first");
});

test("pages are joined without repeating an item", () => {
  assert.deepEqual(merge([{ id: "a" }, { id: "b" }], [{ id: "b" }, { id: "c" }]), [{ id: "a" }, { id: "b" }, { id: "c" }]);
});

test("going back finds the data of the history entry", () => {
  const first = remembered("list", { items: [] });
  visit("second");
  assert.notEqual(remembered("list", { items: [] }), first);
  visit("first");
  assert.equal(remembered("list", { items: [] }), first);
});

test("only the last visited entries keep their data", () => {
  const first = remembered("list", { items: [] });
  for (let i = 0; i < 40; i += 1) {
    visit(`entry ${i}`);
    remembered("list", { items: [] });
  }
  visit("first");
  assert.notEqual(remembered("list", { items: [] }), first);
});

test("a change reaches lists, resources and resources that are a page", () => {
  const list = remembered("list", { items: [{ id: "a", likes: 1 }, { id: "b", likes: 2 }] });
  const resource = remembered("resource", { data: { id: "a", likes: 1 } });
  const page = remembered("page", { data: { items: [{ id: "a", likes: 1 }] } });
  const other = remembered("other", { data: { id: "c" } });
  const before = other.value;
  changeEverywhere("a", { likes: 9 });
  assert.deepEqual(list.value.items, [{ id: "a", likes: 9 }, { id: "b", likes: 2 }]);
  assert.deepEqual(resource.value.data, { id: "a", likes: 9 });
  assert.deepEqual(page.value.data.items, [{ id: "a", likes: 9 }]);
  assert.equal(other.value, before);
});

test("what is deleted disappears from lists", () => {
  const list = remembered("list", { items: [{ id: "a" }, { id: "b" }] });
  const resource = remembered("resource", { data: { id: "a" } });
  removeEverywhere("a");
  assert.deepEqual(list.value.items, [{ id: "b" }]);
  assert.deepEqual(resource.value.data, { id: "a" });
});

/** A list whose pages have these items. Records the cursors that are asked for. @param {(string[] | null)[]} pages Null fails. */
function listOf(pages) {
  /** @type {number[]} */
  const asked = [];
  const load = async (/** @type {string | undefined} */ cursor) => {
    const number = Number(cursor ?? 0);
    asked.push(number);
    const ids = pages[number];
    if (!ids) throw new Error("failed");
    return { items: ids.map((id) => ({ id })), next_cursor: number + 1 < pages.length ? String(number + 1) : null };
  };
  return { asked, load };
}

test("short pages are filled with the next ones, within limits", async () => {
  const limits = { enough: 2, requests: 3 };
  const short = listOf([[], ["a"], ["b", "c"], ["d"]]);
  assert.deepEqual(await fillPage(short.load, undefined, limits), { items: [{ id: "a" }, { id: "b" }, { id: "c" }], next_cursor: "3" });
  const empty = listOf([[], [], [], [], []]);
  assert.deepEqual(await fillPage(empty.load, "1", limits), { items: [], next_cursor: "4" });
  assert.deepEqual(empty.asked, [1, 2, 3]);
  const full = listOf([["a", "b"], ["c"]]);
  assert.deepEqual(await fillPage(full.load, undefined, limits), { items: [{ id: "a" }, { id: "b" }], next_cursor: "1" });
  assert.deepEqual(await fillPage(listOf([["a"]]).load, undefined, limits), { items: [{ id: "a" }], next_cursor: null });
});

test("a failure keeps what came before it, and the next load starts there", async () => {
  const limits = { enough: 2, requests: 3 };
  assert.deepEqual(await fillPage(listOf([["a"], null]).load, undefined, limits), { items: [{ id: "a" }], next_cursor: "1" });
  await assert.rejects(fillPage(listOf([null]).load, undefined, limits));
});
