// @ts-check
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { status } from "../../session.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/elements.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded } from "../../ui/states.js";
import { EntryList } from "../timetable/entry_list.js";
import { creditsText, NO_SUBTITLE, semesterName } from "../timetable/texts.js";
import { WeekGrid } from "../timetable/week_grid.js";

/** @typedef {import("campus-api").Schema<"SharedTimetable">} SharedTimetable */

/**
 * The timetable of a share link, for everybody. The token is in the fragment, which browsers send to no server with the page.
 *
 * @param {{ fragment: string }} props
 */
export default function Shared({ fragment: token }) {
  const timetable = useResource(`shared:${token}`, (signal) => sharedTimetable(token, signal));
  const data = timetable.data?.timetable ?? null;
  const subtitle = data ? `${semesterName(data.semester)} · ${creditsText(data.credits)}` : timetable.status === "loading" ? NO_SUBTITLE : undefined;
  return html`<${Screen} title=${data?.name ?? t("shared.title")} subtitle=${subtitle} width="wide">
    <${Loaded} resource=${timetable} skeleton=${html`<div class="week-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`}>
      ${(/** @type {{ timetable: SharedTimetable | null }} */ { timetable: found }) =>
        found
          ? html`<${SharedView} timetable=${found} token=${token} />`
          : html`<${EmptyState} icon="link" title=${t("shared.missing_title")} text=${t("shared.missing_text")}><${Start} /><//>`}
    <//>
  <//>`;
}

/**
 * The timetable, or null if the link shows nothing.
 * @param {string} token
 * @param {AbortSignal} signal
 * @returns {Promise<{ timetable: SharedTimetable | null }>}
 */
async function sharedTimetable(token, signal) {
  if (!token) return { timetable: null };
  try {
    return { timetable: await api.get("/shared-timetables/{token}", { path: { token }, signal }) };
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return { timetable: null };
    throw problem;
  }
}

/** @param {{ timetable: SharedTimetable, token: string }} props */
function SharedView({ timetable, token }) {
  const file = (/** @type {string} */ name) => `/api/shared-timetables/${encodeURIComponent(token)}/${name}`;
  return html`<div class="planner">
    <div class="planner-grid">
      <div class="card week-card"><${WeekGrid} entries=${timetable.entries} label=${t("timetable.grid", { name: timetable.name })} /></div>
    </div>
    <div class="planner-side stack">
      <h2 class="visually-hidden">${t("timetable.entries", { count: timetable.entries.length })}</h2>
      <${EntryList} entries=${timetable.entries} />
      <${Card} title=${t("shared.download")}>
        <div class="row row-wrap">
          <${Button} icon="image" href=${file("picture.svg")} download="timetable.svg">${t("shared.picture")}<//>
          <${Button} icon="calendar" href=${file("calendar.ics")} download="timetable.ics">${t("shared.calendar")}<//>
        </div>
      <//>
      <${Card} title=${t("shared.start_title")}>
        <div class="stack"><p class="muted">${t("shared.start_text")}</p><div><${Start} /></div></div>
      <//>
    </div>
  </div>`;
}

/** Leads to the app: to the reader's own timetable, or to sign-up. */
function Start() {
  if (status.value === "in") return html`<${Button} kind="primary" href="/timetable">${t("shared.own")}<//>`;
  return html`<${Button} kind="primary" href="/signup">${t("shared.start")}<//>`;
}
