// @ts-check
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { PALETTE } from "../../lib/entry_colors.js";
import { useForm } from "../../lib/form.js";
import { goBack } from "../../router.js";
import { Form, Select, TextField } from "../../ui/form.js";
import { EmptyState } from "../../ui/states.js";
import { toast } from "../../ui/toast.js";
import { ColorPicker } from "./colors.js";
import { FitNote, PlannerView, TimetableFrame } from "./planner.js";
import { MAX_SLOTS, newSlot, sentSlots, shownSlots, SlotFields, slotErrors } from "./slot_fields.js";
import { putEntry, reload } from "./store.js";
import { CREDIT_CHOICES, creditsText } from "./texts.js";

/** @typedef {import("./store.js").Timetable} Timetable */
/** @typedef {import("./store.js").Entry & { id: string }} Entry */

/**
 * A new custom entry, or with an `entry` in the path, an existing one.
 *
 * @param {{ params: { id: string, entry?: string } }} props
 */
export default function CustomEntry({ params }) {
  return html`<${TimetableFrame} id=${params.id} title=${t(params.entry ? "timetable.custom_edit" : "timetable.custom")}>
    ${(/** @type {Timetable} */ timetable) => {
      const entry = timetable.entries.find((each) => each.id === params.entry && each.lecture_id === null) ?? null;
      if (!params.entry || entry) return html`<${Editor} timetable=${timetable} saved=${entry} />`;
      return html`<${EmptyState} icon="calendar" title=${t("timetable.gone_entry_title")} text=${t("timetable.gone_entry_text")} />`;
    }}
  <//>`;
}

/** @param {{ timetable: Timetable, saved: Entry | null }} props */
function Editor({ timetable, saved }) {
  // The entry as it was when the form opened: a refresh must not change what is being edited.
  const [entry] = useState(saved);
  const others = timetable.entries.filter((each) => each.id !== entry?.id);
  const form = useForm({
    initial: entry ? valuesOf(entry) : blank(timetable),
    draft: entry ? undefined : `entry:${timetable.id}`,
    check: ({ title, slots }) => ({
      title: title.trim() ? undefined : t("common.required_field"),
      ...slotErrors(slots, others),
    }),
    send(values, idempotencyKey) {
      const body = bodyOf(values);
      return entry
        ? api.patch("/timetables/{id}/entries/{entry_id}", { path: { id: timetable.id, entry_id: entry.id }, body })
        : api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body, idempotencyKey });
    },
    onSuccess(result) {
      putEntry(timetable.id, result);
      toast(entry ? t("timetable.entry_saved") : t("timetable.entry_added", { title: result.title }));
      goBack(`/timetable?semester=${timetable.semester}&id=${timetable.id}`);
    },
  });
  const isRefused = form.problem?.code === "time_conflict";
  useEffect(() => {
    // Another device has changed the timetable.
    if (isRefused) reload();
  }, [form.problem]);
  const { values } = form;
  const except = entry?.id ?? null;
  const candidate = { title: values.title, slots: shownSlots(values.slots) };
  const creditChoices = [...new Set([...CREDIT_CHOICES, Number(values.credit)])];
  return html`<${PlannerView} timetable=${timetable} candidate=${candidate} except=${except}>
    <div class="card card-body">
      <${Form} form=${form} submit=${t(entry ? "common.save" : "timetable.add_entry")}>
        <${TextField} form=${form} name="title" label=${t("timetable.custom_title")} placeholder=${t("timetable.custom_title_example")}
          maxlength="200" autocomplete="off" />
        <${SlotFields} form=${form} max=${MAX_SLOTS} others=${others} />
        ${candidate.slots.length > 0 && html`<${FitNote} timetable=${timetable} candidate=${candidate} except=${except} />`}
        <${ColorPicker} value=${values.color} onChange=${(/** @type {string} */ color) => form.set({ color })} />
        <div class="pair">
          <${TextField} form=${form} name="professor" optional label=${t("timetable.professor_or_person")} maxlength="200" autocomplete="off" />
          <${Select} form=${form} name="credit" label=${t("timetable.credits_label")} options=${creditOptions(creditChoices)} />
        </div>
      <//>
    </div>
  <//>`;
}

/** @param {number[]} credits */
const creditOptions = (credits) => credits.map((credit) => ({ value: String(credit), label: creditsText(credit) }));

/** @param {import("./store.js").Entry} entry */
const valuesOf = ({ title, professor, credit, color, slots }) => ({
  title,
  professor: professor ?? "",
  credit: String(credit),
  color: color.toLowerCase(),
  slots: slots.map(({ day, start, end, place }) => ({ day, start, end: end === "24:00" ? "00:00" : end, place: place ?? "" })),
});

/** @param {Timetable} timetable */
const blank = (timetable) => ({ title: "", professor: "", credit: "0", color: freeColor(timetable.entries), slots: [newSlot([], timetable.entries)] });

/**
 * The colour that the fewest entries have.
 * @param {import("./store.js").Entry[]} entries
 */
function freeColor(entries) {
  const uses = PALETTE.map((color) => entries.filter((entry) => entry.color.toLowerCase() === color).length);
  return PALETTE[uses.indexOf(Math.min(...uses))];
}

/** @param {ReturnType<typeof valuesOf>} values */
const bodyOf = ({ title, professor, credit, color, slots }) => ({
  title: title.trim(),
  professor: professor.trim() || null,
  credit: Number(credit),
  color,
  slots: sentSlots(slots),
});
