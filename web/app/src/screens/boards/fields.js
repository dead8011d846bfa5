// @ts-check
import { useState } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { user } from "../../session.js";
import { Checkbox, Segmented, TextArea, TextField } from "../../ui/form.js";

/** @param {{ name: string, category: string }} values */
export const checkBoard = ({ name, category }) => ({
  name: name.trim() ? undefined : t("common.required_field"),
  category: category.trim() ? undefined : t("common.required_field"),
});

/** The fields of a new board and of its settings. @param {{ form: import("../../lib/form.js").FormState }} props */
export function BoardFields({ form }) {
  const choices = /** @type {const} */ (["optional", "always", "never"]);
  const options = choices.map((value) => ({ value, label: t(`boards.anonymity_${value}`) }));
  const { anonymity, posting, hot_enabled } = form.values;
  const [mayRestrict] = useState(user.value?.role === "admin" || posting === "admins");
  const posters = /** @type {const} */ (["everyone", "admins"]).map((value) => ({ value, label: t(`boards.posting_${value}`) }));
  return html`
    <${TextField} form=${form} name="name" label=${t("boards.name")} maxlength="50" autocomplete="off" />
    <${TextField} form=${form} name="category" label=${t("boards.category")} hint=${t("boards.category_hint")} maxlength="20" autocomplete="off" />
    <${TextArea} form=${form} name="description" label=${t("boards.description")} max=${500} optional />
    <${Segmented} label=${t("boards.anonymity")} options=${options} value=${anonymity}
      onChange=${(/** @type {any} */ value) => form.set({ anonymity: value })} />
    <p class="small muted">${t(`boards.anonymity_${/** @type {"optional"} */ (anonymity)}_text`)}</p>
    ${mayRestrict &&
    html`<${Segmented} label=${t("boards.posting")} options=${posters} value=${posting} onChange=${(/** @type {any} */ value) => form.set({ posting: value })} />
    <p class="small muted">${t(`boards.posting_${/** @type {"everyone"} */ (posting)}_text`)}</p>`}
    <${Checkbox} toggle label=${t("boards.hot_enabled")} hint=${t("boards.hot_enabled_hint")} checked=${hot_enabled}
      onChange=${(/** @type {boolean} */ checked) => form.set({ hot_enabled: checked })} />`;
}
