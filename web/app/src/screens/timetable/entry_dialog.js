// @ts-check
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useSubmit } from "../../lib/submit.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { ColorPicker } from "./colors.js";
import { Facts } from "./facts.js";
import { isListed } from "../../lib/lecture_state.js";
import { useSavedChoice } from "../../lib/saved_choice.js";
import { StateNotice } from "./lecture_state.js";
import { putEntry, removeEntry } from "./store.js";
import { creditsText, placesText, timesText } from "./texts.js";

/** @typedef {import("./store.js").Entry & { id: string }} Entry */

/**
 * An entry of the user's timetable: what it is, its colour, and how to edit or remove it.
 *
 * @param {object} props
 * @param {string} props.timetableId
 * @param {Entry} props.entry
 * @param {() => void} props.onClose
 */
export function EntryDialog({ timetableId, entry, onClose }) {
  const remove = useRemoval(timetableId, entry, onClose);
  const color = useSavedChoice(
    entry.color,
    (next) => api.patch("/timetables/{id}/entries/{entry_id}", { path: { id: timetableId, entry_id: entry.id }, body: { color: next } }),
    (saved) => putEntry(timetableId, saved),
  );
  const actions = html`
    <${Button} icon="trash" busy=${remove.busy} onClick=${() => remove.run(entry.id)}>${t("timetable.entry_delete")}<//>
    ${entry.lecture_id
      ? html`<${Button} kind="primary" icon="book" href=${`/lectures/${entry.lecture_id}`}>${t("timetable.entry_lecture")}<//>`
      : html`<${Button} kind="primary" icon="edit" href=${`/timetable/${timetableId}/entries/${entry.id}`}>${t("common.edit")}<//>`}
  `;
  return html`<${Dialog} open title=${entry.title} onClose=${onClose} actions=${actions}>
    <div class="stack">
      <${StateNotice} of=${entry} />
      ${entry.conflicts && html`<p class="notice notice-danger">${t("timetable.conflicts")}</p>`}
      <${Facts}
        items=${[
          [t("timetable.times"), timesText(entry.slots)],
          [t("timetable.places"), placesText(entry.slots)],
          [t("timetable.professor"), entry.professor],
          [t("timetable.credits_label"), creditsText(entry.credit)],
        ]}
      />
      <${ColorPicker} value=${color.value} onChange=${color.choose} />
    </div>
  <//>`;
}

/**
 * Removes the entry, and offers to put it back.
 * @param {string} timetableId
 * @param {Entry} entry
 * @param {() => void} onRemoved
 */
function useRemoval(timetableId, entry, onRemoved) {
  return useSubmit(
    (/** @type {string} */ id) => api.delete("/timetables/{id}/entries/{entry_id}", { path: { id: timetableId, entry_id: id } }),
    {
      onSuccess() {
        removeEntry(timetableId, entry.id);
        onRemoved();
        // Only a listed lecture can be added again.
        const undo = isListed(entry) ? { label: t("timetable.undo"), run: () => putBack(timetableId, entry) } : undefined;
        toast(t("timetable.entry_deleted", { title: entry.title }), undo);
      },
      onFailure(failure, retry) {
        if (!(failure instanceof Problem) || failure.status !== 404) return toastFailure(failure, retry);
        removeEntry(timetableId, entry.id);
        onRemoved();
      },
    },
  );
}

/**
 * @param {string} timetableId
 * @param {Entry} entry
 */
async function putBack(timetableId, entry) {
  const { lecture_id, title, professor, slots, credit, color } = entry;
  const body = lecture_id ? { lecture_id, color } : { title, professor, slots, credit, color };
  try {
    putEntry(timetableId, await api.post("/timetables/{id}/entries", { path: { id: timetableId }, body }));
  } catch (failure) {
    toastFailure(failure, () => putBack(timetableId, entry));
  }
}
