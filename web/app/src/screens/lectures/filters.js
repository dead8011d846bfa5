// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { DAYS } from "../../lib/week.js";
import { setQuery } from "../../router.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Form, Select, TextField } from "../../ui/form.js";
import { CREDIT_CHOICES, creditsText, dayLong } from "../timetable/texts.js";

const NAMES = /** @type {const} */ (["professor", "code", "department", "classification", "credit", "day", "from", "to"]);

/** @typedef {Partial<Record<typeof NAMES[number], string>>} Filters */

/**
 * The filters that the address names.
 * @param {URLSearchParams} query
 * @returns {Filters}
 */
export function activeFilters(query) {
  return Object.fromEntries(NAMES.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])));
}

/**
 * @param {string} name
 * @param {string} value
 */
export function filterText(name, value) {
  if (name === "day") return dayLong(/** @type {import("../../lib/week.js").Day} */ (value));
  if (name === "from") return t("lectures.from_text", { time: value });
  if (name === "to") return t("lectures.to_text", { time: value });
  return name === "credit" ? creditsText(Number(value)) : value;
}

/** @param {{ filters: Filters, onClose: () => void }} props */
export function FiltersDialog({ filters, onClose }) {
  const none = /** @type {Record<typeof NAMES[number], string>} */ (Object.fromEntries(NAMES.map((name) => [name, ""])));
  const apply = (/** @type {Record<string, string>} */ values) => {
    setQuery(Object.fromEntries(NAMES.map((name) => [name, values[name]?.trim()])));
    onClose();
  };
  const form = useForm({
    initial: { ...none, ...filters },
    send: async (values) => apply(values),
    check: ({ from, to }) => ({ to: from && to && to <= from ? t("timetable.ends_before_start") : undefined }),
  });
  const days = DAYS.map((day) => ({ value: day, label: dayLong(day) }));
  const any = { value: "", label: t("lectures.any") };
  const credits = CREDIT_CHOICES.map((credit) => ({ value: String(credit), label: creditsText(credit) }));
  return html`<${Dialog} open title=${t("lectures.filters")} onClose=${onClose}>
    <${Form} form=${form} class="filter-form">
      <${Select} form=${form} name="day" label=${t("lectures.day")} hint=${t("lectures.day_hint")} options=${[any, ...days]} />
      <div class="pair">
        <${TextField} form=${form} name="from" type="time" label=${t("lectures.from")} />
        <${TextField} form=${form} name="to" type="time" label=${t("lectures.to")} />
      </div>
      <div class="pair">
        <${Select} form=${form} name="credit" label=${t("lectures.credit")} options=${[any, ...credits]} />
        <${TextField} form=${form} name="classification" label=${t("lectures.classification")} placeholder=${t("lectures.classification_example")}
          maxlength="100" />
      </div>
      <div class="pair">
        <${TextField} form=${form} name="professor" label=${t("lectures.professor")} maxlength="100" />
        <${TextField} form=${form} name="department" label=${t("lectures.department")} maxlength="100" />
      </div>
      <${TextField} form=${form} name="code" label=${t("lectures.code")} maxlength="100" autocapitalize="off" />
      <div class="row">
        <${Button} wide onClick=${() => apply(none)}>${t("lectures.clear")}<//>
        <${Button} kind="primary" wide type="submit">${t("lectures.apply")}<//>
      </div>
    <//>
  <//>`;
}
