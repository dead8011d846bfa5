// @ts-check
import { useEffect, useState } from "preact/hooks";
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { currentSemester } from "../../lib/semester.js";
import { useSubmit } from "../../lib/submit.js";
import { navigate, setQuery } from "../../router.js";
import { confirm } from "../../ui/dialog.js";
import { Checkbox } from "../../ui/form.js";
import { Menu } from "../../ui/menu.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { EntryList } from "../timetable/entry_list.js";
import { CopyDialog } from "../timetable/name_dialogs.js";
import { SemesterSelect } from "../timetable/semester_select.js";
import { useTimetables } from "../timetable/store.js";
import { creditsText, semesterName } from "../timetable/texts.js";
import { WeekGrid } from "../timetable/week_grid.js";

/** @typedef {import("../timetable/store.js").Timetable} Timetable */

/** The user's own entries are grey beside the friend's. */
const OWN_COLOR = "#dfe3e1";

/**
 * A friend's primary timetable of a semester, with the user's own beside it if wanted.
 *
 * @param {{ params: { id: string }, query: URLSearchParams }} props
 */
export default function FriendTimetable({ params: { id }, query }) {
  const semester = query.get("semester") ?? currentSemester();
  const [copying, setCopying] = useState(false);
  const nickname = useResource(`friend:${id}`, (signal) => nicknameOf(id, signal));
  const timetable = useResource(`friend:${id}:${semester}`, (signal) => visibleTimetable(id, semester, signal));
  const end = useEnding(id);
  const name = nickname.data ? t("friends.timetable_of", { nickname: nickname.data }) : t("friends.timetable_title");
  const shown = timetable.data?.timetable;
  const items = [
    shown && { label: t("friends.copy"), icon: /** @type {const} */ ("copy"), onSelect: () => setCopying(true) },
    { label: t("friends.end"), icon: /** @type {const} */ ("trash"), danger: true, onSelect: end },
  ];
  return html`<${Screen} title=${name} subtitle=${semesterName(semester)} back="/friends" width="wide" actions=${html`<${Menu} label=${t("common.menu")} items=${items} />`}>
    <div class="timetable-bar">
      <${SemesterSelect} value=${semester} onChange=${(/** @type {string} */ next) => setQuery({ semester: next })} />
    </div>
    <${Loaded} resource=${timetable} skeleton=${html`<div class="week-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`}>
      ${(/** @type {{ timetable: Timetable | null }} */ { timetable: data }) =>
        data
          ? html`<${Comparison} timetable=${data} label=${name} />`
          : html`<${EmptyState} icon="lock" title=${t("friends.hidden_title")} text=${t("friends.hidden_text")} />`}
    <//>
    ${copying &&
    shown &&
    html`<${CopyDialog}
      timetable=${shown}
      onClose=${() => setCopying(false)}
      onCopied=${(/** @type {Timetable} */ copy) => navigate(`/timetable?semester=${copy.semester}&id=${copy.id}`)}
    />`}
  <//>`;
}

/** @param {{ timetable: Timetable, label: string }} props */
function Comparison({ timetable, label }) {
  const [both, setBoth] = useState(false);
  const { items } = useTimetables();
  const own = items.find((item) => item.semester === timetable.semester && item.is_primary);
  const mine = both && own ? own.entries.map((entry) => ({ ...entry, id: `mine:${entry.id}`, color: OWN_COLOR, owner: t("friends.mine"), conflicts: false })) : [];
  return html`<div class="planner">
    <div class="planner-grid">
      <div class="card week-card"><${WeekGrid} entries=${[...timetable.entries, ...mine]} label=${label} /></div>
    </div>
    <div class="planner-side stack">
      <div>
        <h2 class="planner-title" dir="auto">${timetable.name}</h2>
        <p class="muted nums">${t("timetable.entries", { count: timetable.entries.length })} · ${creditsText(timetable.credits)}</p>
      </div>
      ${own && html`<${Checkbox} toggle label=${t("friends.compare")} checked=${both} hint=${t("friends.compare_hint")} onChange=${setBoth} />`}
      <${EntryList} entries=${timetable.entries} />
    </div>
  </div>`;
}

/**
 * The timetable, or null if the friend has none in the semester or does not show it.
 * @param {string} id
 * @param {string} semester
 * @param {AbortSignal} signal
 * @returns {Promise<{ timetable: Timetable | null }>}
 */
async function visibleTimetable(id, semester, signal) {
  try {
    return { timetable: await api.get("/friends/{id}/timetable", { path: { id }, query: { semester }, signal }) };
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return { timetable: null };
    throw problem;
  }
}

/**
 * The nickname of a friend; empty if the user has no such friend.
 * @param {string} id
 * @param {AbortSignal} signal
 */
async function nicknameOf(id, signal) {
  /** @type {string | undefined} */
  let cursor;
  do {
    const page = await api.get("/friends", { query: { limit: 50, cursor }, signal });
    const friend = page.items.find((item) => item.id === id);
    if (friend) return friend.nickname;
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return "";
}

/** @param {string} id */
function useEnding(id) {
  const end = useSubmit((/** @type {string} */ id) => api.delete("/friends/{id}", { path: { id } }), {
    onSuccess() {
      toast(t("friends.ended"));
      navigate("/friends", { replace: true });
    },
  });
  useEffect(() => {
    if (end.failure) toastFailure(end.failure, () => end.run(id));
  }, [end.failure]);
  return async () => {
    if (await confirm({ title: t("friends.end_title"), text: t("friends.end_text"), action: t("friends.end"), danger: true })) end.run(id);
  };
}
