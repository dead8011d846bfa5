// @ts-check
import { useState } from "preact/hooks";
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { isListed } from "../../lib/lecture_state.js";
import { useSubmit } from "../../lib/submit.js";
import { clashesOf } from "../../lib/week.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { LectureRow } from "../lectures/lecture_row.js";
import { LectureSearch } from "../lectures/search.js";
import { StateNotice } from "./lecture_state.js";
import { FitNote, PlannerView, TimetableFrame } from "./planner.js";
import { putEntry, reload } from "./store.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */
/** @typedef {import("./store.js").Timetable} Timetable */

/**
 * Finds lectures and adds them to a timetable. The chosen one is shown on the week before it is added.
 *
 * @param {{ params: { id: string }, query: URLSearchParams }} props
 */
export default function AddLectures({ params, query }) {
  return html`<${TimetableFrame} id=${params.id} title=${t("timetable.find")}>
    ${(/** @type {Timetable} */ timetable) => html`<${Adding} timetable=${timetable} query=${query} />`}
  <//>`;
}

/** @param {{ timetable: Timetable, query: URLSearchParams }} props */
function Adding({ timetable, query }) {
  const [chosen, setChosen] = useState(/** @type {Lecture | null} */ (null));
  const added = new Set(timetable.entries.map((entry) => entry.lecture_id));
  const candidate = chosen && !added.has(chosen.id) ? chosen : null;
  const add = useAdding(timetable);

  const row = (/** @type {Lecture} */ lecture) => html`<${Result}
    ...${{
      timetable,
      lecture,
      isAdded: added.has(lecture.id),
      isChosen: chosen?.id === lecture.id,
      isBusy: add.busyId === lecture.id,
      onChoose: () => setChosen(chosen?.id === lecture.id ? null : lecture),
      onAdd: () => (setChosen(lecture), add.run(lecture)),
    }}
  />`;
  return html`<${PlannerView} timetable=${timetable} candidate=${candidate}>
    <${LectureSearch} semester=${timetable.semester} query=${query} row=${row}>
      <${Button} icon="plus" href=${`/timetable/${timetable.id}/custom`}>${t("timetable.add_custom")}<//>
    <//>
  <//>`;
}

/**
 * Adds one lecture at a time.
 * @param {Timetable} timetable
 */
function useAdding(timetable) {
  const [chosenId, setChosenId] = useState("");
  const submit = useSubmit(
    (/** @type {Lecture} */ lecture, idempotencyKey) => {
      setChosenId(lecture.id);
      return api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { lecture_id: lecture.id }, idempotencyKey });
    },
    {
      onSuccess(entry, lecture) {
        putEntry(timetable.id, entry);
        toast(t("timetable.entry_added", { title: lecture.title }));
      },
      onFailure(failure, retry) {
        toastFailure(failure, retry);
        // Another device has changed the timetable.
        if (failure instanceof Problem && ["time_conflict", "lecture_already_added"].includes(failure.code)) reload();
      },
    },
  );
  return { run: submit.run, busyId: submit.busy ? chosenId : "" };
}

/**
 * @param {object} props
 * @param {Timetable} props.timetable
 * @param {Lecture} props.lecture
 * @param {boolean} props.isAdded
 * @param {boolean} props.isChosen
 * @param {boolean} props.isBusy
 * @param {() => void} props.onChoose
 * @param {() => void} props.onAdd
 */
function Result({ timetable, lecture, isAdded, isChosen, isBusy, onChoose, onAdd }) {
  const clashes = !isAdded && clashesOf(lecture.slots, timetable.entries).length > 0;
  const canAdd = !clashes && isListed(lecture);
  const button = isAdded
    ? html`<span class="added"><${Icon} name="check" size=${18} />${t("timetable.picked")}</span>`
    : html`<${Button} small kind=${canAdd ? "primary" : "secondary"} busy=${isBusy} aria-label=${t("timetable.pick_label", { title: lecture.title })}
        onClick=${canAdd ? onAdd : onChoose} aria-disabled=${!canAdd || undefined}>${t("timetable.pick")}<//>`;
  return html`<${LectureRow} lecture=${lecture} isOpen=${isChosen} onOpen=${onChoose} clashes=${clashes} aside=${button}>
    <${StateNotice} of=${lecture} />
    ${!isAdded && html`<${FitNote} timetable=${timetable} candidate=${lecture} />`}
    <${Button} small kind="ghost" icon="book" href=${`/lectures/${lecture.id}`}>${t("timetable.entry_lecture")}<//>
  <//>`;
}
