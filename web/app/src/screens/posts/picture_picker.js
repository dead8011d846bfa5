// @ts-check
import { useRef } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";

/** Chooses the pictures of a new post and shows their progress. @param {{ pictures: ReturnType<typeof import("./use_pictures.js").usePictures> }} props */
export function PicturePicker({ pictures }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const onChange = () => {
    pictures.add(input.current?.files ?? []);
    if (input.current) input.current.value = "";
  };
  return html`<div class="picker">
    <input ref=${input} class="visually-hidden" type="file" accept="image/jpeg,image/png,image/webp,image/gif,image/heic" multiple tabindex="-1" aria-hidden="true" onChange=${onChange} />
    <ul class="picker-list">
      ${pictures.pictures.map((picture, index) => html`<li key=${picture.key}><${Tile} picture=${picture} index=${index + 1} pictures=${pictures} /></li>`)}
      ${pictures.canAdd &&
      html`<li><button type="button" class="picker-add" onClick=${() => input.current?.click()}><${Icon} name="image" /><span class="small">${t("posts.add_pictures")}</span></button></li>`}
    </ul>
  </div>`;
}

/** @param {{ picture: import("./use_pictures.js").Picture, index: number, pictures: any }} props */
function Tile({ picture: { key, preview, status, progress }, index, pictures }) {
  return html`<div class="picker-tile" data-status=${status}>
    ${preview ? html`<img src=${preview} alt=${t("posts.picture", { index })} width="88" height="88" />` : html`<div class="picker-blank"></div>`}
    ${status === "sending" &&
    html`<progress max="1" value=${progress} aria-label=${t("posts.picture_sending", { index, percent: Math.round(progress * 100) })}></progress>`}
    ${status === "failed" &&
    html`<div class="picker-failed" role="alert">
      <span class="visually-hidden">${t("posts.picture_failed", { index })}</span>
      <${IconButton} icon="refresh" label=${t("posts.picture_retry", { index })} onClick=${() => pictures.retry(key)} />
    </div>`}
    <button type="button" class="picker-remove" aria-label=${t("posts.picture_remove", { index })} onClick=${() => pictures.remove(key)}><span><${Icon} name="close" size=${16} /></span></button>
  </div>`;
}
