// @ts-check
/**
 * The user's timetables, shared by the screens that show or change them. The last loaded ones are kept in the browser
 * for opening the timetable offline; they disappear on logout, as everything kept for a user.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../../api.js";
import { loadOfUser, storeOfUser } from "../../lib/storage.js";
import { sumCredits } from "../../lib/week.js";
import { status, user } from "../../session.js";

/**
 * An entry as part of a timetable. The id is null if the timetable is not the user's.
 * @typedef {Omit<import("campus-api").Schema<"Entry">, "id"> & { id: string | null }} Entry
 */
/** @typedef {Omit<import("campus-api").Schema<"Timetable">, "entries"> & { entries: Entry[] }} Timetable */
/**
 * @typedef {object} State
 * @property {string | null} owner The id of the user whose timetables these are.
 * @property {"loading" | "ready" | "failed"} status
 * @property {Timetable[]} items Newest first.
 * @property {string | null} savedAt When the items were loaded, if they come from the browser's storage.
 * @property {unknown} problem What the last load threw.
 */

const STORED = "timetables";
/** A student has at most 10 timetables in a semester, and a page has 10. */
const MAX_PAGES = 20;

/** @type {State} */
const EMPTY = { owner: null, status: "loading", items: [], savedAt: null, problem: null };

/** @type {import("@preact/signals").Signal<State>} */
const state = signal(EMPTY);

// A logout also empties the memory.
user.subscribe((now) => {
  if (!now) state.value = EMPTY;
});

/** @type {Promise<void> | null} */
let loading = null;

/** Loads the timetables, or refreshes those that are there. */
export function useTimetables() {
  const owner = user.value?.id ?? null;
  // Again when the service can be reached again.
  useEffect(() => void reload(), [owner, status.value]);
  const shown = state.value.owner === owner ? state.value : stored(owner);
  return { ...shown, reload };
}

/**
 * What was kept in the browser for a user.
 * @param {string | null} owner
 * @returns {State}
 */
function stored(owner) {
  const kept = owner && loadOfUser(owner, STORED);
  if (!kept) return { ...EMPTY, owner };
  return { owner, status: "ready", items: kept.items, savedAt: kept.savedAt, problem: null };
}

/** Loads all timetables of the user again. Calls at the same time share one load. */
export function reload() {
  loading ??= load().finally(() => (loading = null));
  return loading;
}

async function load() {
  const owner = user.peek()?.id;
  if (!owner) return;
  if (state.peek().owner !== owner) state.value = stored(owner);
  else if (state.peek().status === "failed") state.value = { ...EMPTY, owner };
  const before = changes;
  try {
    const items = await loadPages();
    if (user.peek()?.id !== owner) return;
    // A write that ended while the pages were on the way can be missing in them.
    if (changes !== before) return load();
    keep({ owner, status: "ready", items, savedAt: null, problem: null });
  } catch (problem) {
    if (user.peek()?.id !== owner) return;
    const last = state.peek();
    state.value = { ...last, status: last.status === "loading" ? "failed" : last.status, problem };
  }
}

async function loadPages() {
  /** @type {Timetable[]} */
  const items = [];
  /** @type {string | undefined} */
  let cursor;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await api.get("/timetables", { query: { cursor } });
    items.push(...answer.items);
    if (!answer.next_cursor) break;
    cursor = answer.next_cursor;
  }
  return items;
}

/** @param {State} next */
function keep(next) {
  state.value = next;
  if (next.owner) storeOfUser(next.owner, STORED, { items: next.items, savedAt: new Date().toISOString() });
}

/** Counts the changes by writes. */
let changes = 0;

/** @param {(items: Timetable[]) => Timetable[]} edit */
function changeItems(edit) {
  changes += 1;
  const { owner, items } = state.peek();
  if (owner === user.peek()?.id) keep({ owner, status: "ready", items: edit(items), savedAt: null, problem: null });
}

/**
 * Shows a timetable that was created or changed. A semester has one primary timetable.
 * @param {Timetable} timetable
 */
export function putTimetable(timetable) {
  changeItems((items) => {
    const known = items.some((item) => item.id === timetable.id);
    const next = known ? items.map((item) => (item.id === timetable.id ? timetable : item)) : [timetable, ...items];
    if (!timetable.is_primary) return next;
    return next.map((item) => (item.semester === timetable.semester && item.id !== timetable.id ? { ...item, is_primary: false } : item));
  });
}

/** @param {string} id */
export function removeTimetable(id) {
  changeItems((items) => {
    const removed = items.find((item) => item.id === id);
    const rest = items.filter((item) => item.id !== id);
    if (!removed?.is_primary) return rest;
    // The service makes the newest of the others primary.
    const next = rest.find((item) => item.semester === removed.semester);
    return rest.map((item) => (item === next ? { ...item, is_primary: true } : item));
  });
}

/**
 * Shows an entry that was added or changed.
 * @param {string} timetableId
 * @param {Entry} entry
 */
export function putEntry(timetableId, entry) {
  changeEntries(timetableId, (entries) =>
    entries.some((each) => each.id === entry.id) ? entries.map((each) => (each.id === entry.id ? entry : each)) : [...entries, entry],
  );
}

/**
 * @param {string} timetableId
 * @param {string} entryId
 */
export function removeEntry(timetableId, entryId) {
  changeEntries(timetableId, (entries) => entries.filter((each) => each.id !== entryId));
}

/**
 * @param {string} timetableId
 * @param {(entries: Entry[]) => Entry[]} edit
 */
function changeEntries(timetableId, edit) {
  changeItems((items) =>
    items.map((item) => {
      if (item.id !== timetableId) return item;
      const entries = edit(item.entries);
      return { ...item, entries, credits: sumCredits(entries) };
    }),
  );
}
