// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { nextClasses } from "../../app/src/lib/next_classes.js";
import { datesOfWeek } from "../../app/src/lib/time.js";

/** A Wednesday, 10:30 in Seoul. */
const NOW = new Date("2026-11-25T01:30:00Z");

/** @typedef {import("../../app/src/lib/lecture_state.js").LectureState} LectureState */

/**
 * @param {string} title
 * @param {import("../../app/src/lib/week.js").Day} day
 * @param {string} start
 * @param {string} end
 * @param {LectureState | null} [state]
 */
const entry = (title, day, start, end, state = null) => ({ title, state, slots: [{ day, start, end, place: "101" }] });

/** @param {ReturnType<typeof entry>[]} entries @param {string[]} [daysOff] */
function titles(entries, daysOff = []) {
  const { day, classes } = nextClasses(entries, daysOff, NOW);
  return [day, ...classes.map((block) => block.entry.title)];
}

test("the classes of today are shown until all are over", () => {
  const [early, late] = [entry("early", "wed", "09:00", "10:00"), entry("late", "wed", "10:00", "11:00")];
  assert.deepEqual(titles([late, early]), ["wed", "early", "late"]);
  assert.deepEqual(titles([early, entry("next", "mon", "09:00", "10:00")]), ["mon", "next"]);
  assert.deepEqual(titles([early]), ["wed"]);
});

test("a day off has no classes", () => {
  const entries = [entry("today", "wed", "13:00", "14:00"), entry("tomorrow", "thu", "09:00", "10:00"), entry("monday", "mon", "09:00", "10:00")];
  assert.deepEqual(titles(entries, ["2026-11-25"]), ["thu", "tomorrow"]);
  assert.deepEqual(titles(entries, ["2026-11-25", "2026-11-26"]), ["mon", "monday"]);
  assert.deepEqual(titles(entries, ["2026-11-25", "2026-11-26", "2026-11-30"]), ["wed"]);
});

test("a cancelled or withdrawn lecture has no classes", () => {
  const entries = /** @type {const} */ (["cancelled", "withdrawn", "listed", null]).map((state) => entry(String(state), "wed", "13:00", "14:00", state));
  assert.deepEqual(titles(entries), ["wed", "listed", "null"]);
});

test("a class in two rooms is one class", () => {
  const lab = { title: "lab", state: null, slots: ["101", "102"].map((place) => ({ day: /** @type {const} */ ("wed"), start: "13:00", end: "15:00", place })) };
  assert.deepEqual(nextClasses([lab], [], NOW).classes.map(({ places }) => places), [["101", "102"]]);
});

test("the week begins on Monday, in Seoul", () => {
  const dates = (/** @type {string} */ at) => datesOfWeek(new Date(at)).map(({ day, date }) => `${day} ${date}`);
  assert.deepEqual(dates("2026-11-29T16:00:00Z").slice(0, 2), ["mon 2026-11-30", "tue 2026-12-01"]);
  assert.deepEqual(dates("2026-11-29T14:00:00Z").at(-1), "sun 2026-11-29");
});
