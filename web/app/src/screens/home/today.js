// @ts-check
import { useEffect, useRef } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { currentSemester } from "../../lib/semester.js";
import { longDate, seoulNow } from "../../lib/time.js";
import { DAYS, minutes } from "../../lib/week.js";
import { Button } from "../../ui/button.js";
import { Card, Tag } from "../../ui/elements.js";
import { ErrorState } from "../../ui/states.js";

/**
 * Today's classes of the primary timetable of this semester. On a phone they stand side by side, so that the card has the
 * same height on every day.
 */
export function Today() {
  const semester = currentSemester();
  const timetables = useResource(`timetables:${semester}`, (signal) => api.get("/timetables", { query: { semester, limit: 50 }, signal }));
  const links = html`<div class="row">
    <${Button} href="/lectures" kind="ghost" small>${t("lectures.reviews")}<//>
    <${Button} href="/timetable" kind="ghost" small>${t("common.timetable")}<//>
  </div>`;
  return html`<${Card} title=${t("home.today")} flush action=${links}>
    <p class="today-date">${longDate(new Date().toISOString())}</p>
    <div class="today">${content(timetables)}</div>
  <//>`;
}

/** @param {import("../../lib/resource.js").Resource<import("campus-api").Schema<"TimetableList">>} timetables */
function content({ data, status, problem, reload }) {
  if (status === "failed") return html`<${ErrorState} problem=${problem} retry=${reload} />`;
  if (!data) return html`<div key="loading" class="today-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`;
  const primary = data.items.find((timetable) => timetable.is_primary);
  if (primary) return html`<${Classes} timetable=${primary} />`;
  return html`<div class="today-none">
    <p>${t("home.no_timetable")}</p>
    <${Button} href="/timetable" kind="primary" small>${t("home.make_timetable")}<//>
  </div>`;
}

/** @param {{ timetable: import("campus-api").Schema<"Timetable"> }} props */
function Classes({ timetable }) {
  const { day: today, minutes: now } = seoulNow();
  const { day, classes } = nextClasses(timetable, today, now);
  const next = day === today ? classes.findIndex(({ slot }) => minutes(slot.end) > now) : 0;
  const list = useRef(/** @type {HTMLOListElement | null} */ (null));
  useEffect(() => {
    const tile = /** @type {HTMLElement | undefined} */ (list.current?.children[next]);
    if (tile && list.current) list.current.scrollLeft = tile.offsetLeft - list.current.offsetLeft - 16;
  }, [next]);
  if (classes.length === 0) return html`<div class="today-none"><p>${t("home.no_classes")}</p></div>`;
  const isOver = (/** @type {Slot} */ slot) => day === today && minutes(slot.end) <= now;
  const isNow = (/** @type {Slot} */ slot) => day === today && minutes(slot.start) <= now;
  return html`<ol class="today-list" ref=${list} tabindex="0" aria-label=${t("home.classes_on", { day: t(`timetable.day_long_${day}`) })}>
    ${classes.map(
      ({ entry, slot }, i) => html`<li class="today-class" data-past=${isOver(slot)} style=${{ borderColor: entry.color }}>
        <span class="today-time nums">
          ${day !== today && t(`timetable.day_${day}`)} ${slot.start}–${slot.end}
          ${i === next && html`<${Tag} tone="brand">${t(isNow(slot) ? "home.now" : "home.next")}<//>`}
        </span>
        <span class="today-title clamp-1" dir="auto">${entry.title}</span>
        <span class="today-place clamp-1" dir="auto">${[slot.place, entry.professor].filter(Boolean).join(" · ")}</span>
      </li>`,
    )}
  </ol>`;
}

/** @typedef {import("campus-api").Schema<"Slot">} Slot */
/** @typedef {import("../../lib/week.js").Day} Day */

/**
 * The classes of today by their start or, when they are over, those of the next day that has classes.
 *
 * @param {import("campus-api").Schema<"Timetable">} timetable
 * @param {Day} today
 * @param {number} now
 */
function nextClasses(timetable, today, now) {
  const days = [...DAYS.slice(DAYS.indexOf(today)), ...DAYS.slice(0, DAYS.indexOf(today))];
  for (const day of days) {
    const classes = timetable.entries
      .flatMap((entry) => entry.slots.filter((slot) => slot.day === day).map((slot) => ({ entry, slot })))
      .sort((a, b) => a.slot.start.localeCompare(b.slot.start));
    if (classes.some(({ slot }) => day !== today || minutes(slot.end) > now)) return { day, classes };
  }
  return { day: today, classes: [] };
}
