// @ts-check
import { useState } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Dialog } from "../../ui/dialog.js";

/** The pictures of a post; a tap shows them in full. @param {{ pictures: import("campus-api").Schema<"Media">[] }} props */
export function Gallery({ pictures }) {
  const [shown, setShown] = useState(-1);
  if (!pictures?.length) return null;
  return html`<ul class="gallery" data-single=${pictures.length === 1}>
      ${pictures.map(
        (picture, index) => html`<li key=${picture.id}>
          <button type="button" aria-label=${t("posts.picture_open", { index: index + 1 })} onClick=${() => setShown(index)}>
            <img src=${picture.url} alt="" width="320" height="240" loading="lazy" decoding="async" />
          </button>
        </li>`,
      )}
    </ul>
    <${Dialog} open=${shown >= 0} title=${t("posts.picture", { index: shown + 1 })} onClose=${() => setShown(-1)}>
      <img class="gallery-full" src=${pictures[shown]?.url} alt=${t("posts.picture", { index: shown + 1 })} />
    <//>`;
}
