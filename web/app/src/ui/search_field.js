// @ts-check
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { t } from "../i18n/index.js";
import { IconButton } from "./button.js";
import { Icon } from "./icon.js";

const PAUSE = 300;

/**
 * A search box. `onSearch` gets the trimmed text after a short pause in typing, or at once with Enter.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value What is searched for now.
 * @param {(text: string) => void} props.onSearch
 * @param {string} [props.placeholder]
 * @param {boolean} [props.byEnter] Only Enter and the clear button search, because each search costs something.
 * @param {string} [props.error]
 * @param {number} [props.max] The number of characters that it takes.
 */
export function SearchField({ label, value, onSearch, placeholder = label, byEnter = false, error, max }) {
  const [text, setText] = useState(value);
  const searched = useRef(value);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();
  /** @param {string} next */
  const search = (next) => {
    if (next === searched.current) return;
    searched.current = next;
    onSearch(next);
  };
  useEffect(() => {
    if (byEnter) return;
    const timer = setTimeout(() => search(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  // The search has changed elsewhere: by a link, or by a button that clears it.
  useEffect(() => {
    if (value === searched.current) return;
    searched.current = value;
    setText(value);
  }, [value]);
  const clear = () => {
    setText("");
    search("");
    // The button that had the focus is gone.
    input.current?.focus();
  };
  /** @param {Event} event */
  const onSubmit = (event) => (event.preventDefault(), search(text.trim()));
  return html`
    <form class="search-field" role="search" onSubmit=${onSubmit}>
      <label class="visually-hidden" for=${id}>${label}</label>
      <${Icon} name="search" size=${20} />
      <input class="input" ref=${input} id=${id} type="search" enterkeyhint="search" autocomplete="off" value=${text} placeholder=${placeholder}
        maxlength=${max} aria-invalid=${error ? "true" : undefined} aria-describedby=${byEnter ? `${id}-error` : undefined}
        onInput=${(/** @type {any} */ event) => setText(event.target.value)} />
      ${text && html`<${IconButton} icon="close" label=${t("common.clear")} onClick=${clear} />`}
    </form>
    ${byEnter && html`<p id="${id}-error" class=${error ? "field-error search-error" : "visually-hidden"} aria-live="polite">${error}</p>`}`;
}
