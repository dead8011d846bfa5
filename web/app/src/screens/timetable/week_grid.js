// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { entryColors } from "../../lib/entry_colors.js";
import { clashesOf, clock, layOut, shownDays, shownHours } from "../../lib/week.js";
import { stateName } from "./lecture_state.js";
import { dayLong, dayShort, spokenTime } from "./texts.js";

/** @typedef {import("../../lib/week.js").Slot} Slot */
/**
 * @typedef {object} GridEntry
 * @property {string} title
 * @property {Slot[]} slots
 * @property {string | null} [id]
 * @property {string | null} [professor]
 * @property {string} color
 * @property {boolean} conflicts
 * @property {string} [owner] Said before the title.
 * @property {import("../../lib/lecture_state.js").LectureState | null} state
 */
/** @typedef {{ title: string, slots: Slot[] }} Candidate */
/** @typedef {{ from: number, to: number }} Hours */

/**
 * A week as a grid. Each day is a list of its entries in the order of time, so that the grid reads as a list without
 * the picture. The candidate and its clashes lie over the entries; say them in words beside the grid.
 *
 * @param {object} props
 * @param {GridEntry[]} props.entries
 * @param {Candidate | null} [props.candidate] What could be added.
 * @param {string | null} [props.except] The id of the entry that the candidate replaces.
 * @param {((entry: any) => void) | null} [props.onOpen] Without it, the entries are no buttons.
 * @param {boolean} [props.compact]
 * @param {import("../../lib/week.js").Day | null} [props.today] The day to point out.
 * @param {import("../../lib/week.js").Day[]} [props.daysOff] The days without lectures.
 * @param {string} props.label
 */
export function WeekGrid({ entries, candidate = null, except = null, onOpen = null, compact = false, today = null, daysOff = [], label }) {
  const shown = except === null ? entries : entries.filter((entry) => entry.id !== except);
  const all = candidate ? [...entries, candidate] : entries;
  const days = shownDays(all);
  const hours = shownHours(all);
  const blocks = layOut(shown);
  const clashes = candidate ? clashesOf(candidate.slots, shown) : [];
  const height = (hours.to - hours.from) / 60;

  return html`
    <div class=${`week ${compact ? "week-compact" : ""}`} role="group" aria-label=${label} style=${{ "--week-days": days.length, "--week-hours": height }}>
      <div class="week-head" aria-hidden="true">
        ${days.map(
          (day) => html`<span key=${day} class=${day === today ? "week-today" : undefined}>
            ${dayShort(day)}${daysOff.includes(day) && html`<small>${t("timetable.day_off")}</small>`}
          </span>`,
        )}
      </div>
      <div class="week-body">
        <div class="week-scale" aria-hidden="true">
          ${Array.from({ length: height }, (_, index) => html`<span key=${index}>${hours.from / 60 + index}</span>`)}
        </div>
        ${days.map(
          (day) => html`
            <div class="week-day" key=${day} data-off=${daysOff.includes(day) || undefined}>
              <ul aria-label=${daysOff.includes(day) ? `${dayLong(day)}, ${t("timetable.day_off")}` : dayLong(day)}>
                ${blocks
                  .filter((block) => block.day === day)
                  .map((block) => html`<${EntryBlock} key=${`${block.start} ${block.lane}`} ...${{ block, hours, onOpen }} />`)}
              </ul>
              ${candidate && html`<${Ghosts} day=${day} candidate=${candidate} hours=${hours} />`}
              ${clashes
                .filter((clash) => clash.day === day)
                .map((clash, index) => html`<div key=${index} class="week-clash" aria-hidden="true" style=${place(clash, hours)} />`)}
            </div>
          `,
        )}
      </div>
    </div>
  `;
}

/**
 * Where a time lies in its day.
 * @param {{ start: number, end: number }} time
 * @param {Hours} hours
 */
function place({ start, end }, { from, to }) {
  const percent = (/** @type {number} */ part) => `${(100 * part) / (to - from)}%`;
  return { top: percent(start - from), height: percent(end - start) };
}

/**
 * The custom properties of a colour in both themes; the stylesheet picks one.
 * @param {string} color
 */
export function colorStyle(color) {
  const { light, dark } = entryColors(color);
  return {
    "--light-surface": light.surface,
    "--light-ink": light.ink,
    "--light-edge": light.edge,
    "--dark-surface": dark.surface,
    "--dark-ink": dark.ink,
    "--dark-edge": dark.edge,
  };
}

/**
 * @param {object} props
 * @param {import("../../lib/week.js").Block<GridEntry>} props.block
 * @param {Hours} props.hours
 * @param {((entry: GridEntry) => void) | null} props.onOpen
 */
function EntryBlock({ block, hours, onOpen }) {
  const { entry, start, end, places, lane, lanes } = block;
  const style = { ...place(block, hours), ...colorStyle(entry.color), left: `${(100 * lane) / lanes}%`, width: `${100 / lanes}%` };
  const warning = entry.conflicts && t("timetable.conflicts");
  const state = stateName(entry);
  const spoken = [entry.owner, entry.title, state, `${clock(start)}–${clock(end)}`, ...places, entry.professor, warning].filter(Boolean).join(", ");
  const short = end - start < 50;
  const content = html`
    ${state && html`<span class="week-entry-state" aria-hidden="true">${state}</span>`}
    <span class="week-entry-title" aria-hidden="true">${entry.title}</span>
    ${!short && places.length > 0 && html`<span class="week-entry-place" aria-hidden="true">${places.join(", ")}</span>`}
    <span class="visually-hidden">${spoken}</span>
  `;
  return html`
    <li class="week-slot entry-color" style=${style} data-conflicts=${entry.conflicts || undefined} data-unlisted=${state ? true : undefined} data-lanes=${lanes > 1 || undefined}>
      ${onOpen
        ? html`<button type="button" class="week-entry" title=${`${entry.title} · ${spokenTime(block)}`} onClick=${() => onOpen(entry)}>${content}</button>`
        : html`<div class="week-entry" title=${`${entry.title} · ${spokenTime(block)}`}>${content}</div>`}
    </li>
  `;
}

/**
 * The candidate's times on a day.
 *
 * @param {object} props
 * @param {import("../../lib/week.js").Day} props.day
 * @param {Candidate} props.candidate
 * @param {Hours} props.hours
 */
function Ghosts({ day, candidate, hours }) {
  return layOut([candidate])
    .filter((block) => block.day === day)
    .map((block, index) => html`<div key=${index} class="week-ghost" aria-hidden="true" style=${place(block, hours)}><span>${candidate.title}</span></div>`);
}
