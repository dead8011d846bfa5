// @ts-check
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { failureText } from "../../ui/toast.js";
import { Button } from "../../ui/button.js";
import { Field } from "../../ui/form.js";

/** @typedef {import("campus-api").Schema<"School">} School */

const PAUSE = 200;

/**
 * Finds a school by its name and puts it into the form's value `school`. The field is called `school_id`, as in the API.
 *
 * @param {{ form: import("../../lib/form.js").FormState }} props
 */
export function SchoolPicker({ form }) {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(-1);
  const { schools, failure } = useSchools(form.values.school ? "" : query);
  const listId = useId();
  const { school } = form.values;
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const hasChanged = useRef(false);
  const setSchool = (/** @type {School | null} */ chosen) => {
    hasChanged.current = true;
    form.set({ school: chosen, school_id: chosen?.id });
  };
  useEffect(() => {
    // The focused element is replaced.
    if (hasChanged.current) /** @type {HTMLElement | null} */ (box.current?.querySelector("button, input"))?.focus();
  }, [school]);

  if (school) {
    return html`<div class="field" ref=${box}>
      <p class="field-label">${t("account.school")}</p>
      <div class="school-chosen">
        <strong class="grow">${school.name}</strong>
        <${Button} small onClick=${() => setSchool(null)}>${t("account.school_change")}<//>
      </div>
      <div class="field-foot"></div>
    </div>`;
  }

  const choose = (/** @type {School} */ chosen) => {
    setSchool(chosen);
    setActive(-1);
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (!schools?.length) return;
    if (event.key === "ArrowDown") setActive((active + 1) % schools.length);
    else if (event.key === "ArrowUp") setActive((active - 1 + schools.length) % schools.length);
    else if (event.key === "Enter" && !event.isComposing) choose(schools[Math.max(active, 0)]);
    else return;
    event.preventDefault();
  };
  const hint = failure ? failureText(failure) : schools?.length === 0 ? t("account.school_none") : t("account.school_hint");
  return html`<div class="school-picker" ref=${box}>
    <${Field} form=${form} name="school_id" label=${t("account.school")} hint=${hint}
      render=${(/** @type {any} */ attributes) => html`<input class="input" ...${attributes} type="search" value=${query} autocomplete="off"
        role="combobox" aria-autocomplete="list" aria-expanded=${Boolean(schools?.length)} aria-controls=${listId}
        aria-activedescendant=${active >= 0 ? `${listId}-${active}` : undefined} onKeyDown=${onKeyDown}
        onInput=${(/** @type {any} */ event) => (setQuery(event.target.value), setActive(-1), form.setErrors({ school_id: undefined }))} />`} />
    <ul class="school-list" role="listbox" id=${listId} aria-label=${t("account.school")} hidden=${!schools?.length}>
      ${schools?.map(
        (found, i) => html`<li role="option" id="${listId}-${i}" aria-selected=${i === active} key=${found.id} class="school-option"
          onClick=${() => choose(found)}>
          ${found.name}
        </li>`,
      )}
    </ul>
  </div>`;
}

/** @param {string} query @returns {{ schools: School[] | null, failure: unknown }} Null before a search. */
function useSchools(query) {
  const [found, setFound] = useState({ schools: /** @type {School[] | null} */ (null), failure: /** @type {unknown} */ (null) });
  useEffect(() => {
    const text = query.trim();
    if (!text) return setFound({ schools: null, failure: null });
    const controller = new AbortController();
    const timer = setTimeout(() => {
      api.get("/schools", { query: { query: text, limit: 8 }, signal: controller.signal }).then(
        ({ items }) => controller.signal.aborted || setFound({ schools: items, failure: null }),
        (failure) => controller.signal.aborted || setFound({ schools: null, failure }),
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query]);
  return found;
}
