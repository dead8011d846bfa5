// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { useResource } from "../../lib/resource.js";
import { navigate } from "../../router.js";
import { Button } from "../../ui/button.js";
import { Checkbox, Form } from "../../ui/form.js";
import { RestrictionNotice } from "../../ui/restriction_notice.js";
import { Screen } from "../../ui/screen.js";
import { Loaded } from "../../ui/states.js";
import { toast } from "../../ui/toast.js";
import { anonymity, rememberAnonymity } from "./anonymity.js";
import { PicturePicker } from "./picture_picker.js";
import { PostFields, checkPost } from "./post_fields.js";
import { usePictures } from "./use_pictures.js";

/** Writes a post. @param {{ params: { id: string } }} props */
export default function Write({ params: { id } }) {
  const board = useResource(`board:${id}`, (signal) => api.get("/boards/{id}", { path: { id }, signal }));
  if (board.data) return html`<${Editor} key=${id} board=${board.data} />`;
  return html`<${Screen} title=${t("posts.write")} back="/boards/${id}"><${Loaded} resource=${board}>${() => null}<//><//>`;
}

/** @param {{ board: import("campus-api").Schema<"Board"> }} props */
function Editor({ board }) {
  const pictures = usePictures();
  const form = useForm({
    initial: { title: "", content: "", is_question: false, is_anonymous: anonymity(board) },
    draft: `post:${board.id}`,
    unstored: ["is_anonymous"],
    check: checkPost,
    send: (values, key) =>
      api.post("/boards/{id}/posts", {
        path: { id: board.id },
        body: { ...values, is_anonymous: anonymity(board, values.is_anonymous), media_ids: pictures.ids() },
        idempotencyKey: `${key}.${pictures.revision()}`,
      }),
    onSuccess(post) {
      toast(t("posts.published"));
      navigate(`/posts/${post.id}`, { replace: true });
    },
  });
  const publish = () => {
    const obstacle = pictures.obstacle();
    if (obstacle) toast(obstacle);
    else form.submit();
  };
  const { values } = form;
  return html`<${Screen} title=${t("posts.write")} subtitle=${board.name} back="/boards/${board.id}"
    actions=${html`<${Button} kind="primary" small busy=${form.busy} onClick=${publish}>${t("posts.publish")}<//>`}>
    <${RestrictionNotice} />
    <${Form} form=${{ ...form, submit: publish }} class="stack post-form" label=${t("posts.write")}>
      <${PostFields} form=${form} />
      <${PicturePicker} pictures=${pictures} />
      <div class="card card-body">
        ${board.anonymity === "optional"
          ? html`<${Checkbox} toggle label=${t("posts.anonymous")} checked=${values.is_anonymous}
              onChange=${(/** @type {boolean} */ is_anonymous) => (rememberAnonymity(is_anonymous), form.set({ is_anonymous }))} />`
          : html`<p class="muted small">${t(board.anonymity === "always" ? "posts.anonymous_always" : "posts.anonymous_never")}</p>`}
        <${Checkbox} toggle label=${t("posts.is_question")} checked=${values.is_question} hint=${t("posts.question_note")}
          onChange=${(/** @type {boolean} */ is_question) => form.set({ is_question })} />
      </div>
    <//>
  <//>`;
}
