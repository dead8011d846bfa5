// @ts-check
import { t } from "../i18n/index.js";
import { language } from "../preferences.js";
import { DAYS } from "./week.js";

const SEOUL = "Asia/Seoul";

/**
 * "방금", "3분 전", "5시간 전" within 12 hours, then "11/28", and in other years "25/11/28".
 *
 * @param {string} iso
 * @param {Date} [now]
 */
export function relativeTime(iso, now = new Date()) {
  const then = new Date(iso);
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000);
  if (minutes < 1) return t("common.just_now");
  if (minutes < 60) return t("common.minutes_ago", { count: minutes });
  if (minutes < 12 * 60) return t("common.hours_ago", { count: Math.floor(minutes / 60) });
  const [year, month, day] = dateParts(then);
  return year === dateParts(now)[0] ? `${month}/${day}` : `${year?.slice(2)}/${month}/${day}`;
}

/** "2026년 11월 28일 오후 2:43" @param {string} iso */
export const exactTime = (iso) => format(new Date(iso), { dateStyle: "long", timeStyle: "short" });

/** "오후 2:43" @param {string} iso */
export const clockTime = (iso) => format(new Date(iso), { timeStyle: "short" });

/** "2026년 11월 28일 토요일" @param {string} iso An instant, or a date ("2026-11-28"). */
export const longDate = (iso) => format(new Date(iso.length === 10 ? `${iso}T00:00+09:00` : iso), { dateStyle: "full" });

/** "11월 23일~29일" @param {string} first @param {string} last Dates. */
export const dateRange = (first, last) => {
  const [from, to] = [first, last].map((date) => new Date(`${date}T00:00+09:00`));
  return new Intl.DateTimeFormat(language.value, { timeZone: SEOUL, month: "long", day: "numeric" }).formatRange(/** @type {Date} */ (from), /** @type {Date} */ (to));
};

/** ["2026", "11", "28"] @param {Date} date */
const dateParts = (date) => date.toLocaleDateString("en-CA", { timeZone: SEOUL }).split("-");

/** @param {Date} date @param {Intl.DateTimeFormatOptions} options */
const format = (date, options) => new Intl.DateTimeFormat(language.value, { timeZone: SEOUL, ...options }).format(date);

/** @typedef {import("./week.js").Day} Day */

/** The date in Seoul some days from now: 2026-11-28. @param {number} [days] */
export const seoulDate = (days = 0, now = new Date()) => new Date(now.getTime() + days * 86_400_000).toLocaleDateString("en-CA", { timeZone: SEOUL });

/** The dates of the current week in Seoul, from Monday to Sunday. */
export function datesOfWeek(now = new Date()) {
  const today = DAYS.indexOf(seoulNow(now).day);
  return DAYS.map((day, index) => ({ day, date: seoulDate(index - today, now) }));
}

/** @returns {{ day: Day, minutes: number }} The weekday and the minutes since midnight, in Seoul. */
export function seoulNow(now = new Date()) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: SEOUL, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(now);
  const part = (/** @type {string} */ type) => parts.find((found) => found.type === type)?.value ?? "";
  return { day: /** @type {Day} */ (part("weekday").toLowerCase()), minutes: Number(part("hour")) * 60 + Number(part("minute")) };
}
