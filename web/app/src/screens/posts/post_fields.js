// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { TextArea, TextField } from "../../ui/form.js";

/** Title and text of a post. @param {{ form: import("../../lib/form.js").FormState }} props */
export function PostFields({ form }) {
  return html`
    <${TextField} form=${form} name="title" label=${t("posts.title")} hideLabel placeholder=${t("posts.title_hint")} maxlength="200" enterkeyhint="next" />
    <${TextArea} form=${form} name="content" label=${t("posts.content")} hideLabel placeholder=${t("posts.content_hint")} max=${10_000} rows=${10} />`;
}

/** @param {{ title: string, content: string }} values */
export function checkPost({ title, content }) {
  return {
    title: title.trim() ? undefined : t("common.required_field"),
    content: content.trim() ? undefined : t("common.required_field"),
  };
}
