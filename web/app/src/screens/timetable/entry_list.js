// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { isListed } from "../../lib/lecture_state.js";
import { StateTag, stateText } from "./lecture_state.js";
import { colorStyle } from "./week_grid.js";
import { creditsText, placesText, timesText } from "./texts.js";

/**
 * The entries of a timetable as a list, also those without times.
 *
 * @param {object} props
 * @param {(import("./week_grid.js").GridEntry & { credit: number })[]} props.entries
 * @param {((entry: any) => void) | null} [props.onOpen] Without it, the rows are no buttons.
 */
export function EntryList({ entries, onOpen = null }) {
  return html`<ul class="card list" aria-label=${t("timetable.entries", { count: entries.length })}>
    ${entries.map((entry, index) => {
      const content = html`
        <span class="entry-dot entry-color" style=${colorStyle(entry.color)} aria-hidden="true"></span>
        <span class="grow">
          <span class="row between">
            <span class="list-row-title clamp-2" dir="auto">${entry.title}</span>
            <${StateTag} of=${entry} />
          </span>
          <span class="list-row-text entry-line">${[timesText(entry.slots), placesText(entry.slots)].filter(Boolean).join(" · ")}</span>
          ${(entry.professor || entry.credit > 0) &&
          html`<span class="list-row-text entry-line">${[entry.professor, entry.credit > 0 && creditsText(entry.credit)].filter(Boolean).join(" · ")}</span>`}
          ${!isListed(entry) && html`<span class="list-row-text entry-line danger-text">${stateText(entry)}</span>`}
          ${entry.conflicts && html`<span class="list-row-text entry-line danger-text">${t("timetable.conflicts")}</span>`}
        </span>
      `;
      return html`<li key=${entry.id ?? index}>
        ${onOpen
          ? html`<button type="button" class="list-row" onClick=${() => onOpen(entry)}>${content}</button>`
          : html`<div class="list-row">${content}</div>`}
      </li>`;
    })}
  </ul>`;
}
