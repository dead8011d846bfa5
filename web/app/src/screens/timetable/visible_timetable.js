// @ts-check
import { useEffect, useState } from "preact/hooks";
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { navigate } from "../../router.js";
import { IconButton } from "../../ui/button.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded } from "../../ui/states.js";
import { CopyDialog } from "./name_dialogs.js";
import { OthersTimetable } from "./others_timetable.js";
import { useTimetables } from "./store.js";
import { NO_SUBTITLE, semesterName } from "./texts.js";

/** @typedef {import("./store.js").Timetable} Timetable */

/**
 * A timetable that another student lets the school see. The user's own opens where it can be changed.
 *
 * @param {{ params: { id: string } }} props
 */
export default function VisibleTimetable({ params: { id } }) {
  const [copying, setCopying] = useState(false);
  const { items } = useTimetables();
  const own = items.find((item) => item.id === id);
  useEffect(() => {
    if (own) navigate(pathOf(own), { replace: true });
  }, [own?.id]);
  const resource = useResource(`timetable:${id}`, (signal) => visibleTimetable(id, signal));
  const shown = resource.data?.timetable ?? null;
  const subtitle = shown ? semesterName(shown.semester) : NO_SUBTITLE;
  const actions = shown && html`<${IconButton} icon="copy" label=${t("timetable.copy_to_mine")} onClick=${() => setCopying(true)} />`;
  return html`<${Screen} title=${t("timetable.title")} subtitle=${subtitle} back="/timetable" width="wide" actions=${actions}>
    <${Loaded} resource=${resource} skeleton=${html`<div class="week-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`}>
      ${(/** @type {{ timetable: Timetable | null }} */ { timetable }) =>
        timetable
          ? html`<${OthersTimetable} timetable=${timetable} label=${t("timetable.grid", { name: timetable.name })} />`
          : html`<${EmptyState} icon="lock" title=${t("timetable.hidden_title")} text=${t("timetable.hidden_text")} />`}
    <//>
    ${copying &&
    shown &&
    html`<${CopyDialog} timetable=${shown} onClose=${() => setCopying(false)} onCopied=${(/** @type {Timetable} */ copy) => navigate(pathOf(copy))} />`}
  <//>`;
}

/** Where the user changes a timetable. @param {Timetable} timetable */
const pathOf = ({ id, semester }) => `/timetable?semester=${semester}&id=${id}`;

/**
 * The timetable, or null if the user may not see it.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<{ timetable: Timetable | null }>}
 */
async function visibleTimetable(id, signal) {
  try {
    return { timetable: await api.get("/timetables/{id}", { path: { id }, signal }) };
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return { timetable: null };
    throw problem;
  }
}
