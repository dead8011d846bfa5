// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { navigate } from "../../router.js";
import { Form } from "../../ui/form.js";
import { RestrictionNotice } from "../../ui/restriction_notice.js";
import { Screen } from "../../ui/screen.js";
import { BoardFields, checkBoard } from "./fields.js";

/** Creates a board, which the user then manages. */
export default function NewBoard() {
  const form = useForm({
    initial: {
      name: "",
      category: "",
      description: "",
      anonymity: /** @type {"optional" | "always" | "never"} */ ("optional"),
      posting: /** @type {"everyone" | "admins"} */ ("everyone"),
      hot_enabled: true,
    },
    check: checkBoard,
    fields: { board_name_taken: "name" },
    draft: "board",
    send: (values, idempotencyKey) => api.post("/boards", { body: values, idempotencyKey }),
    onSuccess: (board) => navigate(`/boards/${board.id}`, { replace: true }),
  });
  return html`<${Screen} title=${t("boards.new")} back="/boards" width="narrow">
    <p class="muted">${t("boards.new_lead")}</p>
    <${RestrictionNotice} />
    <${Form} form=${form} submit=${t("boards.create")} class="stack-2"><${BoardFields} form=${form} /><//>
  <//>`;
}
