// @ts-check
import { useState } from "preact/hooks";
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { currentSemester, semesterIn } from "../../lib/semester.js";
import { useSubmit } from "../../lib/submit.js";
import { navigate, setQuery } from "../../router.js";
import { confirm } from "../../ui/dialog.js";
import { Menu } from "../../ui/menu.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { CopyDialog } from "../timetable/name_dialogs.js";
import { OthersTimetable } from "../timetable/others_timetable.js";
import { SemesterSelect } from "../timetable/semester_select.js";
import { semesterName } from "../timetable/texts.js";

/** @typedef {import("../timetable/store.js").Timetable} Timetable */

/**
 * A friend's primary timetable of a semester, with the user's own beside it if wanted.
 *
 * @param {{ params: { id: string }, query: URLSearchParams }} props
 */
export default function FriendTimetable({ params: { id }, query }) {
  const semester = semesterIn(query) ?? currentSemester();
  const [copying, setCopying] = useState(false);
  const nickname = useResource(`friend:${id}`, (signal) => nicknameOf(id, signal));
  const timetable = useResource(`friend:${id}:${semester}`, (signal) => visibleTimetable(id, semester, signal));
  const end = useEnding(id);
  const name = nickname.data ? t("friends.timetable_of", { nickname: nickname.data }) : t("friends.timetable_title");
  const shown = timetable.data?.timetable;
  const items = [
    shown && { label: t("timetable.copy_to_mine"), icon: /** @type {const} */ ("copy"), onSelect: () => setCopying(true) },
    { label: t("friends.end"), icon: /** @type {const} */ ("trash"), danger: true, onSelect: end },
  ];
  const menu = html`<${Menu} label=${t("common.menu")} items=${items} />`;
  return html`<${Screen} title=${name} subtitle=${semesterName(semester)} back="/friends" width="wide" actions=${menu}>
    <div class="timetable-bar">
      <${SemesterSelect} value=${semester} onChange=${(/** @type {string} */ next) => setQuery({ semester: next })} />
    </div>
    <${Loaded} resource=${timetable} skeleton=${html`<div class="week-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`}>
      ${(/** @type {{ timetable: Timetable | null }} */ { timetable: data }) =>
        data
          ? html`<${OthersTimetable} timetable=${data} label=${name} />`
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
    onFailure: toastFailure,
  });
  return async () => {
    if (await confirm({ title: t("friends.end_title"), text: t("friends.end_text"), action: t("friends.end"), danger: true })) end.run(id);
  };
}
