// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { changeEverywhere, removeEverywhere } from "../../lib/cache.js";
import { useForm } from "../../lib/form.js";
import { useResource } from "../../lib/resource.js";
import { useSubmit } from "../../lib/submit.js";
import { refreshPins } from "../../live.js";
import { goBack, navigate } from "../../router.js";
import { confirm } from "../../ui/dialog.js";
import { Card, ListRow } from "../../ui/elements.js";
import { Form } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { BoardFields, checkBoard } from "./fields.js";

/** @typedef {import("campus-api").Schema<"Board">} Board */

/** Changes, archives and deletes a board, for its manager and admins. @param {{ params: { id: string } }} props */
export default function BoardSettings({ params: { id } }) {
  const board = useResource(`board:${id}`, (signal) => api.get("/boards/{id}", { path: { id }, signal }));
  return html`<${Screen} title=${t("boards.settings")} subtitle=${board.data?.name ?? ""} back="/boards/${id}" width="narrow">
    <${Loaded} resource=${board}>
      ${(/** @type {Board} */ data) =>
        data.can_manage
          ? html`<${Settings} board=${data} change=${board.change} />`
          : html`<${EmptyState} icon="lock" title=${t("boards.not_manager")} text=${t("boards.not_manager_text")} />`}
    <//>
  <//>`;
}

/** @param {{ board: Board, change: (change: (board: any) => any) => void }} props */
function Settings({ board, change }) {
  const { id } = board;
  const changed = (/** @type {Partial<Board>} */ changes) => {
    change((before) => ({ ...before, ...changes }));
    changeEverywhere(id, changes);
    refreshPins();
  };
  const { name, category, description, anonymity, posting, hot_enabled } = board;
  const form = useForm({
    initial: { name, category, description, anonymity, posting, hot_enabled },
    check: checkBoard,
    fields: { board_name_taken: "name" },
    send: (values) => api.patch("/boards/{id}", { path: { id }, body: values }),
    onSuccess(saved) {
      changed(saved);
      toast(t("common.saved"));
      goBack(`/boards/${id}`);
    },
  });
  return html`
    <${Form} form=${form} submit=${t("common.save")} class="stack-2"><${BoardFields} form=${form} /><//>
    <${Card} flush>
      <ul class="list">
        <li><${Archive} board=${board} changed=${changed} /></li>
        <li><${Delete} board=${board} /></li>
      </ul>
    <//>`;
}

/** @param {{ board: Board, changed: (changes: Partial<Board>) => void }} props */
function Archive({ board, changed }) {
  const { id, is_archived: isArchived } = board;
  const archive = useSubmit((/** @type {boolean} */ archived) => api.patch("/boards/{id}", { path: { id }, body: { is_archived: archived } }), {
    onSuccess(_, archived) {
      changed({ is_archived: archived });
      toast(t(archived ? "boards.archive_done" : "boards.unarchive_done"));
    },
    onFailure: toastFailure,
  });
  const ask = async () => {
    const sure = isArchived || (await confirm({ title: t("boards.archive_sure"), text: t("boards.archive_text"), action: t("boards.archive") }));
    if (sure) archive.run(!isArchived);
  };
  return html`<${ListRow} icon="archive" onClick=${ask} title=${t(isArchived ? "boards.unarchive" : "boards.archive")}
    text=${t(isArchived ? "boards.unarchive_text" : "boards.archive_text")} />`;
}

/** @param {{ board: Board }} props */
function Delete({ board }) {
  const { id, name } = board;
  const remove = useSubmit(() => api.delete("/boards/{id}", { path: { id } }), {
    onSuccess() {
      removeEverywhere(id);
      refreshPins();
      toast(t("boards.delete_done"));
      navigate("/boards", { replace: true });
    },
    onFailure: toastFailure,
  });
  const ask = async () => {
    if (await confirm({ title: t("boards.delete_sure", { name }), text: t("boards.delete_final"), action: t("common.delete"), danger: true })) remove.run(null);
  };
  return html`<${ListRow} icon="trash" danger onClick=${ask} title=${t("boards.delete")} text=${t("boards.delete_text")} />`;
}
