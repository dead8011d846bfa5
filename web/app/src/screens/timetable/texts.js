// @ts-check
/** Times, days and semesters as texts in the user's language. */
import { t } from "../../i18n/index.js";
import { parseSemester } from "../../lib/semester.js";
import { clock, groupTimes } from "../../lib/week.js";

/** @typedef {import("../../lib/week.js").Day} Day */
/** @typedef {import("../../lib/week.js").Slot} Slot */

/** Keeps the place of a subtitle that is still loading. */
export const NO_SUBTITLE = "\u00a0";

/** A name inside other text, whose direction of writing it must not change. @param {string} name */
export const isolated = (name) => `\u2068${name}\u2069`;

/** A day as in a heading: 월. @param {Day} day */
export const dayShort = (day) => t(`timetable.day_${day}`);

/** A day in full: 월요일. @param {Day} day */
export const dayLong = (day) => t(`timetable.day_long_${day}`);

/** @param {string} semester Such as `2026-1`: 2026년 1학기. */
export function semesterName(semester) {
  const parsed = parseSemester(semester);
  return parsed ? t(`timetable.term_${parsed.term}`, { year: parsed.year }) : semester;
}

/**
 * The times of an entry on one line: 월·수 13:30–14:45, 금 09:00–10:00.
 * @param {Slot[]} slots
 */
export function timesText(slots) {
  if (slots.length === 0) return t("timetable.no_times");
  return groupTimes(slots).map(({ days, start, end }) => `${days.map(dayShort).join("·")} ${start}–${end}`).join(", ");
}

/**
 * The places of an entry, each once.
 * @param {Slot[]} slots
 */
export function placesText(slots) {
  return [...new Set(slots.map((slot) => slot.place).filter(Boolean))].join(", ");
}

/**
 * A time of the week in words, for screen readers.
 * @param {{ day: Day, start: number, end: number }} time
 */
export function spokenTime({ day, start, end }) {
  return t("timetable.spoken_time", { day: dayLong(day), start: clock(start), end: clock(end) });
}

/** The credits that a student can choose: 0 to 6, in halves. */
export const CREDIT_CHOICES = Array.from({ length: 13 }, (_, halves) => halves / 2);

/** @param {number} credits */
export const creditsText = (credits) => t("timetable.credits", { count: credits });

/**
 * What a candidate clashes with, each entry once: 자료구조 (월 13:30–14:45).
 * @param {import("../../lib/week.js").Clash<{ title: string }>[]} clashes
 */
export function clashText(clashes) {
  /** @type {Map<string, string[]>} */
  const times = new Map();
  for (const { entry, day, start, end } of clashes) {
    const list = times.get(entry.title) ?? [];
    list.push(`${dayShort(day)} ${clock(start)}–${clock(end)}`);
    times.set(entry.title, list);
  }
  const entries = [...times].map(([title, list]) => `${title} (${list.join(", ")})`).join(", ");
  return t("timetable.clash", { entries });
}
