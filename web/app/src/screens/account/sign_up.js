// @ts-check
import { useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { Form, Select, TextField } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { toast } from "../../ui/toast.js";
import { admissionYears, checkEmail, checkLoginId, checkNickname, checkPassword } from "./rules.js";
import { SchoolPicker } from "./school_picker.js";

/** @typedef {import("campus-api").Schema<"School">} School */

/** @param {{ query: URLSearchParams }} props */
export default function SignUp({ query }) {
  const form = useForm({
    initial: {
      school: /** @type {School | null} */ (null),
      login_id: "",
      password: "",
      email: "",
      nickname: "",
      admission_year: String(new Date().getFullYear()),
    },
    check: complaints,
    fields: { login_id_taken: "login_id", email_taken: "email", nickname_taken: "nickname" },
    send: ({ school, login_id, password, email, nickname, admission_year }) =>
      api.session.signUp({
        school_id: /** @type {School} */ (school).id,
        login_id: login_id.trim(),
        password,
        email: email.trim(),
        nickname: nickname.trim(),
        admission_year: Number(admission_year),
      }),
    onSuccess: (_, { nickname }) => toast(t("account.welcome", { nickname: nickname.trim() })),
  });
  const live = useLiveChecks(form);
  const { school } = form.values;
  const domains = school?.email_domains.map((/** @type {string} */ domain) => `@${domain}`).join(", ");
  const years = admissionYears().map((year) => ({ value: String(year), label: t("account.year", { year }) }));
  const next = query.get("next");

  return html`<${Screen} title=${t("account.sign_up")} back="/login" width="narrow">
    <${Form} form=${form} submit=${t("account.create")} class="stack-2">
      <${SchoolPicker} form=${form} />
      <${TextField} form=${form} label=${t("account.login_id")} hint=${t("account.login_id_hint")} ...${live("login_id")} autocomplete="username"
        autocapitalize="none" spellcheck=${false} />
      <${TextField} form=${form} label=${t("account.password")} hint=${t("account.password_hint")} ...${live("password")} type="password"
        autocomplete="new-password" />
      <${TextField} form=${form} label=${t("account.email")} hint=${domains ? t("account.email_domains", { domains }) : t("account.email_hint")}
        ...${live("email")} type="email" inputmode="email" autocomplete="email" />
      <${TextField} form=${form} label=${t("account.nickname")} hint=${t("account.nickname_hint")} ...${live("nickname")} autocomplete="nickname" />
      <${Select} form=${form} name="admission_year" label=${t("account.admission_year")} options=${years} />
    <//>
    <p class="account-other">
      ${t("account.have_account")} <a class="link" href=${next ? `/login?next=${encodeURIComponent(next)}` : "/login"}>${t("account.login")}</a>
    </p>
  <//>`;
}

/** @param {any} values */
function complaints({ school, login_id, password, email, nickname }) {
  return {
    school_id: school ? undefined : t("account.school_choose"),
    login_id: checkLoginId(login_id),
    password: checkPassword(password, login_id),
    email: checkEmail(email),
    nickname: checkNickname(nickname),
  };
}

/**
 * Checks a field when it is left, and while it is corrected. Returns the attributes of the field.
 *
 * @param {import("../../lib/form.js").FormState} form
 */
function useLiveChecks(form) {
  const [left, setLeft] = useState(/** @type {Record<string, boolean>} */ ({}));
  return (/** @type {"login_id" | "password" | "email" | "nickname"} */ name) => {
    const complaint = form.values[name] ? complaints(/** @type {any} */ (form.values))[name] : undefined;
    const good = form.values[name] && !complaint ? t("account.good_format") : undefined;
    return {
      name,
      good,
      onBlur() {
        setLeft({ ...left, [name]: true });
        if (complaint) form.setErrors({ [name]: complaint });
      },
    };
  };
}
