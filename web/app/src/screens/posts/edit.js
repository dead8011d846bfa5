// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { changeEverywhere } from "../../lib/cache.js";
import { useForm } from "../../lib/form.js";
import { useResource } from "../../lib/resource.js";
import { goBack } from "../../router.js";
import { Form } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { RestrictionNotice } from "../../ui/restriction_notice.js";
import { Loaded } from "../../ui/states.js";
import { toast } from "../../ui/toast.js";
import { PostFields, checkPost } from "./post_fields.js";

/** Edits the title and text of a post. @param {{ params: { id: string } }} props */
export default function Edit({ params: { id } }) {
  const post = useResource(`post:${id}`, (signal) => api.get("/posts/{id}", { path: { id }, signal }));
  return html`<${Screen} title=${t("posts.edit")} back="/posts/${id}">
    <${Loaded} resource=${post}>${(/** @type {any} */ post) => html`<${Editor} key=${post.id} post=${post} />`}<//>
  <//>`;
}

/** @param {{ post: import("campus-api").Schema<"Post"> }} props */
function Editor({ post }) {
  const form = useForm({
    initial: { title: post.title ?? "", content: post.content ?? "" },
    // A draft of an older version would undo what another device has changed.
    draft: `edit:${post.id}:${post.edited_at ?? ""}`,
    check: checkPost,
    send: (values) => api.patch("/posts/{id}", { path: { id: post.id }, body: values }),
    onSuccess(changed) {
      changeEverywhere(post.id, changed);
      toast(t("posts.edit_saved"));
      goBack(`/posts/${post.id}`);
    },
  });
  return html`<${RestrictionNotice} /><${Form} form=${form} class="stack post-form" submit=${t("common.save")} label=${t("posts.edit")}><${PostFields} form=${form} /><//>`;
}
