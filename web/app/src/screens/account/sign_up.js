// @ts-check
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { POLICY_KINDS, usePolicies, versionsOf } from "../../policies.js";
import { ConsentBox, ConsentFields, consentName, missingConsents } from "../../ui/consent_fields.js";
import { Form, Select, TextField } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { Loaded, Skeleton } from "../../ui/states.js";
import { toast } from "../../ui/toast.js";
import { startVerification } from "../../verification.js";
import { domainsText } from "./address_form.js";
import { PolicyLinks } from "./policy_links.js";
import { admissionYears, checkEmail, checkLoginId, checkNickname, checkPassword } from "./rules.js";
import { SchoolPicker } from "./school_picker.js";

/** @typedef {import("campus-api").Schema<"School">} School */

/** @typedef {import("../../policies.js").Policies} Policies */

/** @param {{ query: URLSearchParams }} props `next`: the path to go to afterwards, by app.js. */
export default function SignUp({ query }) {
  const policies = usePolicies();
  const next = query.get("next");
  return html`<${Screen} title=${t("account.sign_up")} back="/login" width="narrow">
    <${Loaded} resource=${policies} skeleton=${html`<${Skeleton} rows=${6} />`}>
      ${(/** @type {Policies} */ data) => html`
        <${SignUpForm} policies=${data} onFailure=${policies.reload} />
        <p class="account-other">
          ${t("account.have_account")} <a class="link" href=${next ? `/login?next=${encodeURIComponent(next)}` : "/login"}>${t("account.login")}</a>
        </p>
        <${PolicyLinks} />
      `}
    <//>
  <//>`;
}

/** @param {{ policies: Policies, onFailure: () => void }} props */
function SignUpForm({ policies, onFailure }) {
  const versions = versionsOf(policies);
  const boxes = versions ? [...POLICY_KINDS.map(consentName), "is_14_or_older"] : [];
  const form = useForm({
    initial: {
      school: /** @type {School | null} */ (null),
      login_id: "",
      password: "",
      email: "",
      nickname: "",
      admission_year: String(new Date().getFullYear()),
      is_14_or_older: false,
      ...noConsents,
    },
    check: (values) => ({ ...complaints(values), ...missingConsents(values, boxes) }),
    fields: { login_id_taken: "login_id", nickname_taken: "nickname" },
    send: (values) => signUp(values, versions),
    onSuccess(_, { school, email, nickname }) {
      toast(t("account.welcome", { nickname: nickname.trim() }));
      if (school?.policy === "email") startVerification(email.trim());
    },
    // There can be newer policies.
    onFailure,
  });
  // Consent is to the versions that were shown.
  useEffect(() => form.set(noConsents), [JSON.stringify(versions)]);
  const live = useLiveChecks(form);
  const { school } = form.values;
  const hint = school?.email_domains.length ? t("account.email_domains", { domains: domainsText(school) }) : t("account.email_hint");
  const years = admissionYears().map((year) => ({ value: String(year), label: t("account.year", { year }) }));
  return html`<${Form} form=${form} submit=${t("account.create")} class="stack-2">
    <${SchoolPicker} form=${form} />
    <${TextField} form=${form} label=${t("account.login_id")} hint=${t("account.login_id_hint")} ...${live("login_id")} autocomplete="username"
      autocapitalize="none" spellcheck=${false} />
    <${TextField} form=${form} label=${t("account.password")} hint=${t("account.password_hint")} ...${live("password")} type="password"
      autocomplete="new-password" />
    <${TextField} form=${form} label=${t("account.email")} hint=${hint} ...${live("email")} type="email" inputmode="email" autocomplete="email" />
    <${TextField} form=${form} label=${t("account.nickname")} hint=${t("account.nickname_hint")} ...${live("nickname")} autocomplete="nickname" />
    <${Select} form=${form} name="admission_year" label=${t("account.admission_year")} options=${years} />
    ${versions &&
    html`<fieldset class="consents">
      <legend class="field-label">${t("policies.consents")}</legend>
      <${ConsentFields} form=${form} policies=${policies} kinds=${POLICY_KINDS} />
      <${ConsentBox} form=${form} name="is_14_or_older" label=${t("policies.is_14_or_older")} />
    </fieldset>`}
  <//>`;
}

/** @param {any} values @param {ReturnType<typeof versionsOf>} consents */
function signUp({ school, login_id, password, email, nickname, admission_year, is_14_or_older }, consents) {
  return api.session.signUp({
    school_id: school.id,
    login_id: login_id.trim(),
    password,
    email: email.trim(),
    nickname: nickname.trim(),
    admission_year: Number(admission_year),
    ...(consents && { consents, is_14_or_older }),
  });
}

const noConsents = Object.fromEntries(POLICY_KINDS.map((kind) => [consentName(kind), false]));

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
