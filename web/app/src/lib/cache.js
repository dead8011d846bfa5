// @ts-check
/**
 * Data of the visited history entries, so that going back shows at once what was there.
 * Each entry holds signals by key: a resource or a list (see resource.js and paged_list.js).
 */
import { signal } from "@preact/signals";

const MAX_ENTRIES = 30;

/** @type {Map<string, Map<string, import("@preact/signals").Signal<any>>>} */
const entries = new Map();

/**
 * The signal of this history entry under `key`, created with `initial` on the first visit.
 *
 * @template T
 * @param {string} key
 * @param {T} initial
 * @returns {import("@preact/signals").Signal<T>}
 */
export function remembered(key, initial) {
  const id = history.state?.key ?? "";
  const entry = entries.get(id) ?? new Map();
  entries.delete(id);
  entries.set(id, entry);
  if (entries.size > MAX_ENTRIES) entries.delete(/** @type {string} */ (entries.keys().next().value));
  if (!entry.has(key)) entry.set(key, signal(initial));
  return entry.get(key);
}

/** Forgets all data. Called on login and logout. */
export function forgetAll() {
  entries.clear();
}

/** Forgets the data of the other history entries, so that going back loads it again: after a block, much of it can be hidden. */
export function forgetOthers() {
  for (const id of entries.keys()) if (id !== (history.state?.key ?? "")) entries.delete(id);
}

/**
 * Changes an object by its id in all visited lists and resources: after a like in a post, the lists behind it show the
 * new count.
 *
 * @param {string} id
 * @param {Record<string, unknown>} changes
 */
export function changeEverywhere(id, changes) {
  everywhere((item) => (item.id === id ? { ...item, ...changes } : item));
}

/** Removes an object by its id from all visited lists. @param {string} id */
export function removeEverywhere(id) {
  everywhere((item) => (item.id === id ? null : item));
}

/** @param {(item: any) => any} change Returns the item, a changed copy, or null to remove it from lists. */
function everywhere(change) {
  for (const entry of entries.values()) {
    for (const state of entry.values()) {
      const value = state.peek();
      const next = value.data ? { ...value, data: changed(value.data, change) } : changed(value, change);
      if (next.data !== value.data || next.items !== value.items) state.value = next;
    }
  }
}

/** A page of items, or an object, after the change: the same if nothing in it changes. @param {any} data @param {(item: any) => any} change */
function changed(data, change) {
  if (!Array.isArray(data.items)) return data.id ? (change(data) ?? data) : data;
  const items = data.items.map(change);
  const isSame = items.every((/** @type {any} */ item, /** @type {number} */ i) => item === data.items[i]);
  return isSame ? data : { ...data, items: items.filter(Boolean) };
}
