// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { currentSemester } from "../../lib/semester.js";
import { longDate, minutesOf, seoulNow } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { Card, Tag } from "../../ui/elements.js";
import { EmptyState, Loaded, Skeleton } from "../../ui/states.js";

/** Today's classes of the primary timetable of this semester, with the current or next class highlighted. */
export function Today() {
  const semester = currentSemester();
  const timetables = useResource(`timetables:${semester}`, (signal) => api.get("/timetables", { query: { semester, limit: 50 }, signal }));
  return html`<${Card} title=${t("home.today")} flush action=${html`<${Button} href="/timetable" kind="ghost" small>${t("common.timetable")}<//>`}>
    <p class="today-date">${longDate(new Date().toISOString())}</p>
    <${Loaded} resource=${timetables} skeleton=${html`<${Skeleton} rows=${2} />`}>
      ${(/** @type {any} */ { items }) => html`<${Classes} timetable=${items.find((/** @type {any} */ timetable) => timetable.is_primary)} />`}
    <//>
  <//>`;
}

/** @param {{ timetable?: import("campus-api").Schema<"Timetable"> }} props */
function Classes({ timetable }) {
  if (!timetable) {
    return html`<${EmptyState} small icon="calendar" title=${t("home.no_timetable")}>
      <${Button} href="/timetable" kind="primary">${t("home.make_timetable")}<//>
    <//>`;
  }
  const { day, minutes } = seoulNow();
  const classes = classesOn(timetable, day);
  const highlighted = classes.find(({ slot }) => minutesOf(slot.end) > minutes);
  if (classes.length === 0) return html`<p class="today-none">${t("home.no_classes")}</p>`;
  return html`<ol class="today">
    ${classes.map(
      ({ entry, slot }) => html`<li class="today-class" data-past=${minutesOf(slot.end) <= minutes}>
        <span class="today-time nums">${slot.start}<br />${slot.end}</span>
        <span class="today-colour" style=${{ background: entry.color }}></span>
        <span class="grow">
          <span class="today-title clamp-1">${entry.title}</span>
          <span class="small muted clamp-1">${[slot.place, entry.professor].filter(Boolean).join(" · ")}</span>
        </span>
        ${highlighted?.slot === slot && html`<${Tag} tone="brand">${t(minutesOf(slot.start) <= minutes ? "home.now" : "home.next")}<//>`}
      </li>`,
    )}
  </ol>`;
}

/**
 * The classes of a day by their start.
 *
 * @param {import("campus-api").Schema<"Timetable">} timetable
 * @param {string} day
 */
function classesOn(timetable, day) {
  return timetable.entries
    .flatMap((entry) => entry.slots.filter((slot) => slot.day === day).map((slot) => ({ entry, slot })))
    .sort((a, b) => a.slot.start.localeCompare(b.slot.start));
}
