// @ts-check
/** The dialogs that ask for the name of a timetable: a new one, a copy, another name. */
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { Dialog } from "../../ui/dialog.js";
import { Form, TextField } from "../../ui/form.js";
import { toast } from "../../ui/toast.js";
import { putTimetable } from "./store.js";
import { semesterName } from "./texts.js";

/** @typedef {import("./store.js").Timetable} Timetable */

const MAX_NAME = 30;

/**
 * @param {object} props
 * @param {string} props.semester
 * @param {number} props.count How many timetables the semester has.
 * @param {() => void} props.onClose
 * @param {(timetable: Timetable) => void} props.onCreated
 */
export function NewTimetableDialog({ semester, count, onClose, onCreated }) {
  return html`<${NameDialog}
    ...${{
      title: t("timetable.new"),
      text: t("timetable.new_text", { semester: semesterName(semester) }),
      initial: t("timetable.default_name", { number: count + 1 }),
      submit: t("timetable.create"),
      done: t("timetable.created"),
      send: (/** @type {string} */ name, /** @type {string} */ idempotencyKey) => api.post("/timetables", { body: { semester, name }, idempotencyKey }),
      onClose,
      onDone: onCreated,
    }}
  />`;
}

/**
 * @param {object} props
 * @param {Timetable} props.timetable
 * @param {() => void} props.onClose
 */
export function RenameDialog({ timetable, onClose }) {
  return html`<${NameDialog}
    ...${{
      title: t("timetable.rename"),
      initial: timetable.name,
      submit: t("common.save"),
      done: t("common.saved"),
      send: (/** @type {string} */ name) => api.patch("/timetables/{id}", { path: { id: timetable.id }, body: { name } }),
      onClose,
      onDone: () => {},
    }}
  />`;
}

/**
 * @param {object} props
 * @param {{ id: string, name: string }} props.timetable The user's own, or one that the user can see.
 * @param {() => void} props.onClose
 * @param {(timetable: Timetable) => void} props.onCopied
 */
export function CopyDialog({ timetable, onClose, onCopied }) {
  const name = [...t("timetable.copy_name", { name: timetable.name })].slice(0, MAX_NAME).join("");
  return html`<${NameDialog}
    ...${{
      title: t("timetable.copy"),
      initial: name,
      submit: t("timetable.copy"),
      done: t("timetable.copied_timetable"),
      send: (/** @type {string} */ copy, /** @type {string} */ idempotencyKey) =>
        api.post("/timetables/{id}/copy", { path: { id: timetable.id }, body: { name: copy }, idempotencyKey }),
      onClose,
      onDone: onCopied,
    }}
  />`;
}

/**
 * @param {object} props
 * @param {string} props.title
 * @param {string} [props.text]
 * @param {string} props.initial
 * @param {string} props.submit
 * @param {string} props.done
 * @param {(name: string, idempotencyKey: string) => Promise<Timetable>} props.send
 * @param {() => void} props.onClose
 * @param {(timetable: Timetable) => void} props.onDone
 */
function NameDialog({ title, text, initial, submit, done, send, onClose, onDone }) {
  const form = useForm({
    initial: { name: initial },
    fields: { timetable_name_taken: "name" },
    check: ({ name }) => ({ name: name.trim() ? undefined : t("common.required_field") }),
    send: ({ name }, idempotencyKey) => send(name.trim(), idempotencyKey),
    onSuccess(timetable) {
      putTimetable(timetable);
      onClose();
      toast(done);
      onDone(timetable);
    },
  });
  return html`<${Dialog} open title=${title} onClose=${onClose}>
    <${Form} form=${form} submit=${submit}>
      ${text && html`<p class="muted">${text}</p>`}
      <${TextField} form=${form} name="name" label=${t("timetable.name")} placeholder=${t("timetable.name_example")}
        maxlength=${2 * MAX_NAME} autocomplete="off" />
    <//>
  <//>`;
}
