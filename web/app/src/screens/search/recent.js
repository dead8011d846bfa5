// @ts-check
import { useRef, useState } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { areSearchesKept, forgetSearch, forgetSearches, keepSearches, recentSearches } from "../../lib/recent_searches.js";
import { user } from "../../session.js";
import { Button, IconButton } from "../../ui/button.js";
import { Card, ListRow } from "../../ui/elements.js";
import { Checkbox } from "../../ui/form.js";
import { EmptyState } from "../../ui/states.js";

/** What to do before a search, and the last searches of this browser. @param {{ onSearch: (text: string) => void }} props */
export function Recent({ onSearch }) {
  const id = user.value.id;
  const [, setChanges] = useState(0);
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  const card = useRef(/** @type {HTMLDivElement | null} */ (null));
  const texts = recentSearches(id);
  const isKept = areSearchesKept();
  const change = (/** @type {() => void} */ write) => {
    write();
    setChanges((count) => count + 1);
  };
  /** @param {string} text @param {number} index */
  const forget = (text, index) => {
    change(() => forgetSearch(id, text));
    // The button that had the focus is gone.
    requestAnimationFrame(() => {
      const next = list.current?.children[Math.min(index, texts.length - 2)]?.querySelector(/** @type {"button"} */ (".icon-button"));
      (next ?? card.current?.querySelector("input"))?.focus();
    });
  };
  const forgetAll = () => {
    change(() => forgetSearches(id));
    card.current?.querySelector("input")?.focus();
  };
  return html`
    <${EmptyState} small icon="search" title=${t("search.lead_title")} text=${t("search.lead")} />
    <div ref=${card}>
      <${Card} title=${t("search.recent")} flush action=${texts.length > 0 && html`<${Button} kind="ghost" small onClick=${forgetAll}>${t("search.forget_all")}<//>`}>
        ${texts.length === 0 && html`<p class="muted search-recent-none">${t(isKept ? "search.recent_none" : "search.recent_off")}</p>`}
        <ul class="list" ref=${list}>
          ${texts.map(
            (text, index) => html`<li key=${text} class="search-recent">
              <${ListRow} onClick=${() => onSearch(text)} title=${html`<span dir="auto">${text}</span>`} />
              <${IconButton} icon="close" label=${t("search.forget", { text })} onClick=${() => forget(text, index)} />
            </li>`,
          )}
        </ul>
        <div class="search-keep">
          <${Checkbox} toggle label=${t("search.keep")} hint=${t("search.keep_hint")} checked=${isKept}
            onChange=${(/** @type {boolean} */ isOn) => change(() => keepSearches(id, isOn))} />
        </div>
      <//>
    </div>`;
}
