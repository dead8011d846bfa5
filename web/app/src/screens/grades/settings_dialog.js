// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { Dialog } from "../../ui/dialog.js";
import { Form, Select, TextField } from "../../ui/form.js";
import { toast } from "../../ui/toast.js";
import { isHalfCredits } from "./course_fields.js";

/** @typedef {import("campus-api").Schema<"Grades">} Grades */

const MAX_GOAL = 500;

/**
 * The scale, and the credits that the user needs to graduate.
 *
 * @param {{ grades: Grades, onClose: () => void, onSaved: (grades: Grades) => void }} props
 */
export function SettingsDialog({ grades, onClose, onSaved }) {
  const form = useForm({
    initial: { scale: String(grades.scale), goal_credits: String(grades.goal_credits ?? "") },
    fields: { minus_grades: "scale" },
    check: ({ goal_credits: goal }) => ({
      goal_credits: goal === "" || isHalfCredits(goal, MAX_GOAL) ? undefined : t("grades.wrong_credits", { max: MAX_GOAL }),
    }),
    send: ({ scale, goal_credits: goal }) =>
      api.patch("/grades", { body: { scale: /** @type {4.5 | 4.3} */ (Number(scale)), goal_credits: goal === "" ? null : Number(goal) } }),
    onSuccess(saved) {
      onSaved(saved);
      onClose();
      toast(t("common.saved"));
    },
  });
  const scales = ["4.5", "4.3"].map((value) => ({ value, label: t("grades.scale_of", { scale: value }) }));
  return html`<${Dialog} open title=${t("grades.settings")} onClose=${onClose}>
    <${Form} form=${form} submit=${t("common.save")}>
      <${Select} form=${form} name="scale" label=${t("grades.scale")} hint=${t("grades.scale_hint")} options=${scales} />
      <${TextField} form=${form} name="goal_credits" optional type="number" label=${t("grades.goal")} hint=${t("grades.goal_hint")}
        inputmode="decimal" min="0" max=${MAX_GOAL} step="0.5" />
    <//>
  <//>`;
}
