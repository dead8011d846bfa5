// @ts-check
import { useState } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { NEUTRAL } from "../../lib/entry_colors.js";
import { Checkbox } from "../../ui/form.js";
import { EntryList } from "./entry_list.js";
import { useTimetables } from "./store.js";
import { creditsText } from "./texts.js";
import { WeekGrid } from "./week_grid.js";

/**
 * Another student's timetable, with the user's own primary one beside it if wanted.
 *
 * @param {{ timetable: import("./store.js").Timetable, label: string }} props
 */
export function OthersTimetable({ timetable, label }) {
  const [both, setBoth] = useState(false);
  const { items } = useTimetables();
  const own = items.find((item) => item.semester === timetable.semester && item.is_primary);
  const shown = both && own ? [...timetable.entries, ...own.entries.map(asOwn)] : timetable.entries;
  const summary = `${t("timetable.entries", { count: timetable.entries.length })} · ${creditsText(timetable.credits)}`;
  return html`<div class="planner">
    <div class="planner-grid">
      <div class="card week-card"><${WeekGrid} entries=${shown} label=${label} /></div>
    </div>
    <div class="planner-side stack">
      <div>
        <h2 class="planner-title" dir="auto">${timetable.name}</h2>
        <p class="muted nums">${summary}</p>
      </div>
      ${own && html`<${Checkbox} toggle label=${t("timetable.compare")} hint=${t("timetable.compare_hint")} checked=${both} onChange=${setBoth} />`}
      <${EntryList} entries=${timetable.entries} />
    </div>
  </div>`;
}

/** The user's own entries are grey beside the other student's. @param {import("./store.js").Entry} entry */
const asOwn = (entry) => ({ ...entry, color: NEUTRAL, owner: t("timetable.mine"), conflicts: false });
