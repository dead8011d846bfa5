// @ts-check
/** The semesters for which the user's school has lectures. They change rarely, so they are kept in the browser for some hours. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../api.js";
import { user } from "../session.js";
import { loadOfUser, storeOfUser } from "./storage.js";

/** @typedef {import("campus-api").Schema<"Semester">} SchoolSemester */
/** @typedef {{ owner: string | null, items: SchoolSemester[] | null, loadedAt: number, isFailed: boolean }} State */

const STORED = "semesters";
const KEPT_HOURS = 6;

/** @type {import("@preact/signals").Signal<State>} */
const state = signal({ owner: null, items: null, loadedAt: 0, isFailed: false });

/** @type {Promise<void> | null} */
let loading = null;

/**
 * The semesters, newest first; null until they are loaded.
 * @param {{ isNeeded?: boolean }} [options]
 */
export function useSchoolSemesters({ isNeeded = true } = {}) {
  const owner = user.value?.id ?? null;
  const shown = state.value.owner === owner ? state.value : stored(owner);
  const isOld = Date.now() - shown.loadedAt > KEPT_HOURS * 3_600_000;
  useEffect(() => {
    if (owner && isOld && isNeeded) loading ??= load(owner).finally(() => (loading = null));
  }, [owner, isOld, isNeeded]);
  const { items, isFailed } = shown;
  return { items, isFailed };
}

/**
 * The days off of a semester as dates such as `2026-10-09`. Empty until they are loaded.
 * @param {string} semester
 * @param {{ isNeeded?: boolean }} [options]
 */
export function useDaysOff(semester, options) {
  return useSchoolSemesters(options).items?.find((each) => each.semester === semester)?.days_off ?? [];
}

/** @param {string | null} owner @returns {State} */
function stored(owner) {
  const kept = owner && loadOfUser(owner, STORED);
  return { owner, items: kept?.items ?? null, loadedAt: kept?.loadedAt ?? 0, isFailed: false };
}

/** @param {string} owner */
async function load(owner) {
  try {
    /** @type {SchoolSemester[]} */
    const items = [];
    /** @type {string | undefined} */
    let cursor;
    do {
      const page = await api.get("/semesters", { query: { limit: 50, cursor } });
      items.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    const loadedAt = Date.now();
    storeOfUser(owner, STORED, { items, loadedAt });
    state.value = { owner, items, loadedAt, isFailed: false };
  } catch {
    // What was kept is better than nothing.
    state.value = { ...stored(owner), isFailed: true };
  }
}
