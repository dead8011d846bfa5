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
 * @param {{ label: string, value: string, onSearch: (text: string) => void, placeholder?: string }} props `value`: what is searched for now.
 */
export function SearchField({ label, value, onSearch, placeholder = label }) {
  const [text, setText] = useState(value);
  const searched = useRef(value);
  const id = useId();
  /** @param {string} next */
  const search = (next) => {
    if (next === searched.current) return;
    searched.current = next;
    onSearch(next);
  };
  useEffect(() => {
    const timer = setTimeout(() => search(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  // The search has changed elsewhere: by a link, or by a button that clears it.
  useEffect(() => {
    if (value === searched.current) return;
    searched.current = value;
    setText(value);
  }, [value]);
  const clear = () => (setText(""), search(""));
  /** @param {Event} event */
  const onSubmit = (event) => (event.preventDefault(), search(text.trim()));
  return html`<form class="search-field" role="search" onSubmit=${onSubmit}>
    <label class="visually-hidden" for=${id}>${label}</label>
    <${Icon} name="search" size=${20} />
    <input class="input" id=${id} type="search" enterkeyhint="search" autocomplete="off" value=${text} placeholder=${placeholder}
      onInput=${(/** @type {any} */ event) => setText(event.target.value)} />
    ${text && html`<${IconButton} icon="close" label=${t("common.clear")} onClick=${clear} />`}
  </form>`;
}
