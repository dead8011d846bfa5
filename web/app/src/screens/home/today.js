// @ts-check
import { useEffect, useRef } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { nextClasses } from "../../lib/next_classes.js";
import { useResource } from "../../lib/resource.js";
import { useDaysOff } from "../../lib/school_semesters.js";
import { currentSemester } from "../../lib/semester.js";
import { longDate, seoulDate, seoulNow } from "../../lib/time.js";
import { clock } from "../../lib/week.js";
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
  const primary = timetables.data?.items.find((timetable) => timetable.is_primary);
  const daysOff = useDaysOff(semester, { isNeeded: Boolean(primary && primary.entries.length > 0) });
  const isOff = daysOff.includes(seoulDate());
  const links = html`<div class="row">
    <${Button} href="/lectures" kind="ghost" small>${t("lectures.reviews")}<//>
    <${Button} href="/timetable" kind="ghost" small>${t("common.timetable")}<//>
  </div>`;
  return html`<${Card} title=${t("home.today")} flush action=${links}>
    <p class="today-date">${longDate(new Date().toISOString())}${isOff && html` · <strong>${t("timetable.today_off")}</strong>`}</p>
    <div class="today">${content(timetables, daysOff)}</div>
  <//>`;
}

/**
 * @param {import("../../lib/resource.js").Resource<import("campus-api").Schema<"TimetableList">>} timetables
 * @param {string[]} daysOff
 */
function content({ data, status, problem, reload }, daysOff) {
  if (status === "failed") return html`<${ErrorState} problem=${problem} retry=${reload} />`;
  if (!data) return html`<div key="loading" class="today-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`;
  const primary = data.items.find((timetable) => timetable.is_primary);
  if (primary) return html`<${Classes} timetable=${primary} daysOff=${daysOff} />`;
  return html`<div class="today-none">
    <p>${t("home.no_timetable")}</p>
    <${Button} href="/timetable" kind="primary" small>${t("home.make_timetable")}<//>
  </div>`;
}

/** @param {{ timetable: import("campus-api").Schema<"Timetable">, daysOff: string[] }} props */
function Classes({ timetable, daysOff }) {
  const { day: today, minutes: now } = seoulNow();
  const { day, classes } = nextClasses(timetable.entries, daysOff);
  const next = day === today ? classes.findIndex(({ end }) => end > now) : 0;
  const list = useRef(/** @type {HTMLOListElement | null} */ (null));
  useEffect(() => {
    const tile = /** @type {HTMLElement | undefined} */ (list.current?.children[next]);
    if (tile && list.current) list.current.scrollLeft = tile.offsetLeft - list.current.offsetLeft - 16;
  }, [next]);
  if (classes.length === 0) return html`<div class="today-none"><p>${t("home.no_classes")}</p></div>`;
  return html`<ol class="today-list" ref=${list} tabindex="0" aria-label=${t("home.classes_on", { day: t(`timetable.day_long_${day}`) })}>
    ${classes.map(
      ({ entry, start, end, places }, i) => html`<li class="today-class" data-past=${day === today && end <= now} style=${{ borderColor: entry.color }}>
        <span class="today-time nums">
          ${day !== today && t(`timetable.day_${day}`)} ${clock(start)}–${clock(end)}
          ${i === next && html`<${Tag} tone="brand">${t(day === today && start <= now ? "home.now" : "home.next")}<//>`}
        </span>
        <span class="today-title clamp-1" dir="auto">${entry.title}</span>
        <span class="today-place clamp-1" dir="auto">${[places.join(", "), entry.professor].filter(Boolean).join(" · ")}</span>
      </li>`,
    )}
  </ol>`;
}
