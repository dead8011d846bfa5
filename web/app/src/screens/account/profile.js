// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { goBack } from "../../router.js";
import { user } from "../../session.js";
import { Form, Select, TextField } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { toast } from "../../ui/toast.js";
import { admissionYears, checkNickname } from "./rules.js";

/** Changes the nickname, the name and the year of admission. */
export default function Profile() {
  const { nickname, name, admission_year } = user.value;
  const form = useForm({
    initial: { nickname, name: name ?? "", admission_year: String(admission_year) },
    check: (values) => ({ nickname: checkNickname(values.nickname) }),
    fields: { nickname_taken: "nickname", nickname_locked: "nickname" },
    send: (values) => api.patch("/auth/me", { body: changes(values) }),
    onSuccess() {
      toast(t("common.saved"));
      goBack("/me");
    },
  });
  const years = [...new Set([...admissionYears(), admission_year])].map((year) => ({ value: String(year), label: t("account.year", { year: String(year) }) }));
  return html`<${Screen} title=${t("account.profile")} back="/me" width="narrow">
    <${Form} form=${form} submit=${t("common.save")} class="stack-2">
      <${TextField} form=${form} name="nickname" label=${t("account.nickname")} hint=${t("account.nickname_change_hint")} autocomplete="nickname" />
      <${TextField} form=${form} name="name" label=${t("account.name")} optional hint=${t("account.name_hint")} autocomplete="name" />
      <${Select} form=${form} name="admission_year" label=${t("account.admission_year")} options=${years} />
    <//>
  <//>`;
}

/**
 * What differs from the account, so that an unchanged nickname does not count as a change.
 *
 * @param {{ nickname: string, name: string, admission_year: string }} values
 */
function changes(values) {
  const before = user.value;
  const name = values.name.trim() || null;
  const year = Number(values.admission_year);
  return {
    ...(values.nickname !== before.nickname && { nickname: values.nickname }),
    ...(name !== before.name && { name }),
    ...(year !== before.admission_year && { admission_year: year }),
  };
}
