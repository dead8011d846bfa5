// @ts-check
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { useResource } from "../../lib/resource.js";
import { DAYS } from "../../lib/week.js";
import { setQuery } from "../../router.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Form, Select, TextField } from "../../ui/form.js";
import { Loaded } from "../../ui/states.js";
import { creditsText, dayLong } from "../timetable/texts.js";

const NAMES = /** @type {const} */ (["professor", "code", "department", "classification", "credit", "academic_year", "day", "from", "to"]);

/** @typedef {Partial<Record<typeof NAMES[number], string>>} Filters */
/** @typedef {import("campus-api").Schema<"LectureFilters">} Choices */

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

/**
 * The filters of the lectures of a semester, with what its lectures have.
 *
 * @param {{ semester: string, filters: Filters, onClose: () => void }} props
 */
export function FiltersDialog({ semester, filters, onClose }) {
  const choices = useResource(`filters:${semester}`, (signal) => choicesOf(semester, signal));
  return html`<${Dialog} open title=${t("lectures.filters")} onClose=${onClose}>
    <${Loaded} resource=${choices} skeleton=${html`<div class="filter-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`}>
      ${(/** @type {Choices} */ data) => html`<${FiltersForm} choices=${data} filters=${filters} onClose=${onClose} />`}
    <//>
  <//>`;
}

/**
 * What the lectures of a semester have; nothing if there are none.
 * @param {string} semester
 * @param {AbortSignal} signal
 * @returns {Promise<Choices>}
 */
async function choicesOf(semester, signal) {
  try {
    return await api.get("/semesters/{semester}/filters", { path: { semester }, signal });
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return { departments: [], classifications: [], credits: [], academic_years: [] };
    throw problem;
  }
}

/** @param {{ choices: Choices, filters: Filters, onClose: () => void }} props */
function FiltersForm({ choices, filters, onClose }) {
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
  const credits = choices.credits.map(({ credit, count }) => ({ name: String(credit), count }));
  return html`<${Form} form=${form} class="filter-form">
    <${Select} form=${form} name="department" label=${t("lectures.department")} options=${optionsOf("department", choices.departments, filters)} />
    <div class="pair">
      <${Select} form=${form} name="classification" label=${t("lectures.classification")} options=${optionsOf("classification", choices.classifications, filters)} />
      <${Select} form=${form} name="credit" label=${t("lectures.credit")} options=${optionsOf("credit", credits, filters)} />
    </div>
    <div class="pair">
      <${Select} form=${form} name="academic_year" label=${t("lectures.academic_year")} options=${optionsOf("academic_year", choices.academic_years, filters)} />
      <${Select} form=${form} name="day" label=${t("lectures.day")} hint=${t("lectures.day_hint")} options=${[any(), ...days]} />
    </div>
    <div class="pair">
      <${TextField} form=${form} name="from" type="time" label=${t("lectures.from")} />
      <${TextField} form=${form} name="to" type="time" label=${t("lectures.to")} />
    </div>
    <div class="pair">
      <${TextField} form=${form} name="professor" label=${t("lectures.professor")} maxlength="100" />
      <${TextField} form=${form} name="code" label=${t("lectures.code")} maxlength="100" autocapitalize="off" />
    </div>
    <div class="row">
      <${Button} wide onClick=${() => apply(none)}>${t("lectures.clear")}<//>
      <${Button} kind="primary" wide type="submit">${t("lectures.apply")}<//>
    </div>
  <//>`;
}

const any = () => ({ value: "", label: t("lectures.any") });

/**
 * The values to choose from with their numbers of lectures, and the chosen one, which another semester can have had.
 * @param {typeof NAMES[number]} name
 * @param {{ name: string, count: number }[]} values
 * @param {Filters} filters
 */
function optionsOf(name, values, filters) {
  const chosen = filters[name];
  const known = !chosen || values.some((each) => each.name === chosen);
  return [
    any(),
    ...(known ? [] : [{ value: chosen, label: filterText(name, chosen) }]),
    ...values.map((each) => ({ value: each.name, label: t("lectures.choice_count", { name: filterText(name, each.name), count: each.count }) })),
  ];
}
