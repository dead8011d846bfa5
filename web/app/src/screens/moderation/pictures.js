// @ts-check
import { useState } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Button } from "../../ui/button.js";

/** The pictures, which may be disturbing, after a tap. @param {{ pictures: import("campus-api").Schema<"ReportedMedia">[] }} props */
export function Pictures({ pictures }) {
  const [isShown, setShown] = useState(false);
  return html`<div class="stack-2">
    <h3 class="small">${t("cases.pictures", { count: pictures.length })}</h3>
    ${isShown
      ? html`<ul class="case-pictures">${pictures.map((picture, index) => html`<li key=${picture.id}><${Picture} picture=${picture} index=${index} /></li>`)}</ul>`
      : html`<p><${Button} small icon="eye" onClick=${() => setShown(true)}>${t("cases.show_pictures")}<//></p>`}
  </div>`;
}

/** @param {{ picture: import("campus-api").Schema<"ReportedMedia">, index: number }} props */
function Picture({ picture: { url, sha256 }, index }) {
  return html`
    ${url
      ? html`<img src=${url} alt=${t("cases.picture", { index: index + 1 })} width="320" height="240" decoding="async" />`
      : html`<p class="muted small">${t("cases.picture_deleted")}</p>`}
    ${sha256 && html`<p class="case-hash">SHA-256 <code>${sha256}</code></p>`}`;
}
