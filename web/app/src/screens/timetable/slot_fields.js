// @ts-check
import { useId } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { clashesOf, DAYS, freeHour, minutes, overlappingSlots } from "../../lib/week.js";
import { Button, IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { clashText, dayLong } from "./texts.js";

/** @typedef {import("../../lib/week.js").Day} Day */
/**
 * A slot in the form. A time field cannot hold `24:00`: an end of `00:00` means the end of the day.
 * @typedef {{ day: Day, start: string, end: string, place: string }} SlotValues
 */

export const MAX_SLOTS = 5;

/**
 * A slot to start with: that of the last one on the next day. The first one is in a free hour.
 * @param {SlotValues[]} slots
 * @param {import("../../lib/week.js").WithSlots[]} others The other entries of the timetable.
 * @returns {SlotValues}
 */
export function newSlot(slots, others) {
  const last = slots.at(-1);
  if (!last) return { ...freeHour(others), place: "" };
  return { ...last, day: DAYS[(DAYS.indexOf(last.day) + 1) % DAYS.length] };
}

/** @param {SlotValues} slot */
const endOf = (slot) => (slot.end === "00:00" ? "24:00" : slot.end);

/**
 * The slots as the service takes them.
 * @param {SlotValues[]} slots
 */
export const sentSlots = (slots) => slots.map((slot) => ({ day: slot.day, start: slot.start, end: endOf(slot), place: slot.place.trim() || null }));

/**
 * The slots that have times, for the week.
 * @param {SlotValues[]} slots
 */
export const shownSlots = (slots) => sentSlots(slots).filter(({ start, end }) => start && end && minutes(start) < minutes(end));

/**
 * What is wrong with the times, by the field names of the service.
 * @param {SlotValues[]} slots
 * @param {import("../../lib/week.js").WithSlots[]} others The other entries of the timetable.
 * @returns {Record<string, string | undefined>}
 */
export function slotErrors(slots, others) {
  /** @type {Record<string, string | undefined>} */
  const errors = {};
  slots.forEach((slot, index) => {
    if (!slot.start) errors[`slots[${index}].start`] = t("common.required_field");
    if (!slot.end) errors[`slots[${index}].end`] = t("common.required_field");
    else if (slot.start && minutes(slot.start) >= minutes(endOf(slot))) errors[`slots[${index}].end`] = t("timetable.ends_before_start");
  });
  if (Object.keys(errors).length === 0) {
    const sent = sentSlots(slots);
    sent.forEach((slot, index) => {
      const clashes = clashesOf([slot], others);
      if (clashes.length > 0) errors[`slots[${index}].start`] = clashText(clashes);
    });
    for (const index of overlappingSlots(sent)) errors[`slots[${index}].start`] = t("timetable.own_overlap");
  }
  return errors;
}

/**
 * The times of a custom entry.
 *
 * @param {object} props
 * @param {import("../../lib/form.js").FormState} props.form
 * @param {number} props.max
 * @param {import("../../lib/week.js").WithSlots[]} props.others The other entries of the timetable.
 */
export function SlotFields({ form, max, others }) {
  /** @type {SlotValues[]} */
  const slots = form.values.slots;
  const change = (/** @type {SlotValues[]} */ next) => {
    form.set({ slots: next });
    form.setErrors(Object.fromEntries(Object.keys(form.errors).filter((name) => name.startsWith("slots")).map((name) => [name, undefined])));
  };
  return html`<div class="stack">
    ${slots.map(
      (slot, index) => html`<${SlotField}
        key=${index}
        ...${{
          form,
          slot,
          index,
          onChange: (/** @type {Partial<SlotValues>} */ part) => change(slots.map((each, at) => (at === index ? { ...each, ...part } : each))),
          onRemove: () => change(slots.filter((_, at) => at !== index)),
        }}
      />`,
    )}
    ${form.errors.slots && html`<p class="field-error" role="alert">${form.errors.slots}</p>`}
    <div>
      <${Button} small icon="plus" disabled=${slots.length >= max} onClick=${() => change([...slots, newSlot(slots, others)])}>${t("timetable.add_slot")}<//>
      <p class="field-hint small">${t(slots.length >= max ? "timetable.slots_full" : "timetable.slots_hint", { max })}</p>
    </div>
  </div>`;
}

/**
 * @param {object} props
 * @param {import("../../lib/form.js").FormState} props.form
 * @param {SlotValues} props.slot
 * @param {number} props.index
 * @param {(part: Partial<SlotValues>) => void} props.onChange
 * @param {() => void} props.onRemove
 */
function SlotField({ form, slot, index, onChange, onRemove }) {
  const id = useId();
  const prefix = `slots[${index}]`;
  const error = ["day", "start", "end", "place"].map((name) => form.errors[`${prefix}.${name}`]).find(Boolean) ?? form.errors[prefix];
  const attributes = (/** @type {keyof SlotValues} */ name) => ({
    class: "input",
    name: `${prefix}.${name}`,
    value: slot[name],
    "aria-invalid": form.errors[`${prefix}.${name}`] ? "true" : undefined,
    "aria-describedby": error ? id : undefined,
    onInput: (/** @type {any} */ event) => onChange({ [name]: event.target.value }),
  });
  return html`<fieldset class="slot-field">
    <legend class="visually-hidden">${t("timetable.slot", { number: index + 1 })}</legend>
    <div class="slot-times">
      <div class="input-box slot-day">
        <select ...${attributes("day")} aria-label=${t("timetable.day")}>
          ${DAYS.map((day) => html`<option key=${day} value=${day} selected=${day === slot.day}>${dayLong(day)}</option>`)}
        </select>
        <${Icon} name="down" size=${18} />
      </div>
      <input type="time" ...${attributes("start")} aria-label=${t("timetable.start")} />
      <span aria-hidden="true">–</span>
      <input type="time" ...${attributes("end")} aria-label=${t("timetable.end")} />
    </div>
    <div class="row">
      <input ...${attributes("place")} aria-label=${t("timetable.place")} placeholder=${t("timetable.place_example")} maxlength="200" autocomplete="off" />
      <${IconButton} icon="trash" label=${t("timetable.remove_slot", { number: index + 1 })} onClick=${onRemove} />
    </div>
    <p id=${id} class="field-error" aria-live="polite">${error && html`<${Icon} name="alert" size=${16} />${error}`}</p>
  </fieldset>`;
}
