// @ts-check
import { useId, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { copyText } from "../../lib/clipboard.js";
import { useSubmit } from "../../lib/submit.js";
import { Button } from "../../ui/button.js";
import { confirm, Dialog } from "../../ui/dialog.js";
import { ListRow } from "../../ui/elements.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { fileName, pngOf, saveFile } from "./download.js";
import { CopyDialog, RenameDialog } from "./name_dialogs.js";
import { useSavedChoice } from "../../lib/saved_choice.js";
import { putTimetable, removeTimetable } from "./store.js";

/** @typedef {import("./store.js").Timetable} Timetable */
/** @typedef {import("../../i18n/index.js").TextKey} TextKey */

const VISIBILITIES = /** @type {const} */ (["private", "friends", "school"]);

/**
 * Everything that can be done with a timetable as a whole.
 *
 * @param {object} props
 * @param {Timetable} props.timetable
 * @param {() => void} props.onClose
 * @param {(timetable: Timetable | null) => void} props.onShow Shows a copy, or what is left after the deletion.
 */
export function OptionsDialog({ timetable, onClose, onShow }) {
  const [inner, setInner] = useState(/** @type {"rename" | "copy" | null} */ (null));
  const makePrimary = usePrimary(timetable);
  const remove = useRemoval(timetable, () => (onClose(), onShow(null)));
  if (inner === "rename") return html`<${RenameDialog} timetable=${timetable} onClose=${onClose} />`;
  if (inner === "copy") return html`<${CopyDialog} timetable=${timetable} onClose=${onClose} onCopied=${onShow} />`;
  return html`<${Dialog} open title=${t("timetable.options")} onClose=${onClose}>
    <div class="stack">
      <${Visibility} timetable=${timetable} />
      <${Downloads} timetable=${timetable} />
      <ul class="list option-list">
        ${timetable.visibility === "school" &&
        html`<li>
          <${ListRow} icon="link" title=${t("timetable.copy_address")} text=${t("timetable.copy_address_hint")} onClick=${() => copyAddress(timetable.id)} />
        </li>`}
        ${!timetable.is_primary &&
        html`<li>
          <${ListRow} icon="star" title=${t("timetable.make_primary")} text=${t("timetable.primary_hint")} onClick=${makePrimary} />
        </li>`}
        <li><${ListRow} icon="edit" title=${t("timetable.rename")} onClick=${() => setInner("rename")} /></li>
        <li><${ListRow} icon="copy" title=${t("timetable.copy")} onClick=${() => setInner("copy")} /></li>
        <li><${ListRow} icon="trash" danger title=${t("timetable.delete")} onClick=${remove} /></li>
      </ul>
    </div>
  <//>`;
}

/** @param {string} id */
async function copyAddress(id) {
  const isCopied = await copyText(`${location.origin}/timetable/${id}`);
  toast(t(isCopied ? "timetable.address_copied" : "timetable.address_copy_failed"));
}

/** @param {Timetable} timetable */
function usePrimary(timetable) {
  const change = useSubmit((/** @type {string} */ id) => api.patch("/timetables/{id}", { path: { id }, body: { is_primary: true } }), {
    onSuccess(changed) {
      putTimetable(changed);
      toast(t("timetable.made_primary"));
    },
    onFailure: toastFailure,
  });
  return () => change.run(timetable.id);
}

/**
 * @param {Timetable} timetable
 * @param {() => void} onRemoved
 */
function useRemoval(timetable, onRemoved) {
  const remove = useSubmit((/** @type {string} */ id) => api.delete("/timetables/{id}", { path: { id } }), {
    onSuccess(_, id) {
      removeTimetable(id);
      toast(t("timetable.deleted"));
      onRemoved();
    },
    onFailure: toastFailure,
  });
  return async () => {
    const text = t("timetable.delete_text", { name: timetable.name, count: timetable.entries.length });
    if (await confirm({ title: t("timetable.delete_title"), text, action: t("common.delete"), danger: true })) remove.run(timetable.id);
  };
}

/** @param {{ timetable: Timetable }} props */
function Visibility({ timetable }) {
  const { value, choose } = useSavedChoice(
    timetable.visibility,
    (visibility) => api.patch("/timetables/{id}", { path: { id: timetable.id }, body: { visibility } }),
    (changed) => {
      putTimetable(changed);
      toast(t("timetable.visibility_changed"));
    },
  );
  const name = useId();
  return html`<fieldset class="field">
    <legend class="field-label">${t("timetable.visibility")}</legend>
    ${VISIBILITIES.map(
      (each) => html`<label key=${each} class="choice choice-radio">
        <input type="radio" name=${name} value=${each} checked=${each === value} onChange=${() => choose(each)} />
        <span class="grow">
          <span>${t(/** @type {TextKey} */ (`timetable.visibility_${each}`))}</span>
          <span class="choice-hint">${t(/** @type {TextKey} */ (`timetable.visibility_${each}_hint`))}</span>
        </span>
      </label>`,
    )}
  </fieldset>`;
}

/** @param {{ timetable: Timetable }} props */
function Downloads({ timetable }) {
  const path = { id: timetable.id };
  const [busy, setBusy] = useState("");

  /** @param {"png" | "svg" | "ics"} kind */
  async function download(kind) {
    setBusy(kind);
    const name = fileName(timetable.name, kind);
    try {
      if (kind === "ics") {
        saveFile(await api.get("/timetables/{id}/calendar.ics", { path }), "text/calendar;charset=utf-8", name);
      } else {
        const svg = await api.get("/timetables/{id}/picture.svg", { path });
        saveFile(kind === "png" ? await pngOf(svg) : svg, "image/svg+xml", name);
      }
    } catch (failure) {
      toastFailure(failure, () => download(kind));
    } finally {
      setBusy("");
    }
  }
  const button = (/** @type {"png" | "svg" | "ics"} */ kind, /** @type {TextKey} */ text) =>
    html`<${Button} small busy=${busy === kind} onClick=${() => download(kind)}>${t(text)}<//>`;
  return html`<div class="field" role="group" aria-label=${t("timetable.download")}>
    <span class="field-label" aria-hidden="true">${t("timetable.download")}</span>
    <div class="row row-wrap">${button("png", "timetable.picture")}${button("svg", "timetable.picture_svg")}${button("ics", "timetable.calendar")}</div>
    <p class="field-hint small">${t("timetable.download_text")}</p>
  </div>`;
}
