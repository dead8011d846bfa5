// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { groupTimes } from "../../lib/week.js";
import { dayShort } from "../timetable/texts.js";

/**
 * The times of a lecture, a line for each time with its days and places.
 *
 * @param {{ slots: import("../../lib/week.js").Slot[] }} props
 */
export function TimesTable({ slots }) {
  if (slots.length === 0) return html`<span>${t("timetable.no_times")}</span>`;
  return html`<ul class="times nums">
    ${groupTimes(slots).map(
      ({ days, start, end, places }) => html`<li key=${start + end}>
        ${days.map(dayShort).join("·")} ${start}–${end}${places.length > 0 && html`<span class="muted"> ${places.join(", ")}</span>`}
      </li>`,
    )}
  </ul>`;
}
