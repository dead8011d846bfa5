// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useSubmit } from "../../lib/submit.js";
import { needsVerification, user } from "../../session.js";
import { Avatar, Card, ListRow, Tag } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { Restrictions } from "../../ui/restriction_notice.js";
import { Screen } from "../../ui/screen.js";
import { toastFailure } from "../../ui/toast.js";

/** The user, and the way to everything that is theirs. */
export default function Me() {
  const logOut = useSubmit(() => api.session.logOut(), { onFailure: toastFailure });
  const { value } = user;
  const isVerified = !needsVerification.value;
  if (!value) return null;
  const more = html`<${Icon} name="forward" size=${18} />`;
  return html`<${Screen} title=${t("common.me")}>
    <section class="card me-head">
      <${Avatar} name=${value.nickname} size=${56} />
      <div class="grow">
        <h2 class="me-name" dir="auto">${value.nickname}</h2>
        <p class="muted small">${value.school.name} · ${t("account.class_of", { year: String(value.admission_year) })}</p>
        <p class="muted small">${value.login_id}</p>
        <p>${isVerified ? html`<${Tag} tone="brand">${t("account.verified")}<//>` : html`<${Tag} tone="scrap">${t("account.unverified")}<//>`}</p>
      </div>
    </section>
    <${Restrictions} />
    <${Card} title=${t("account.activity")} flush>
      <ul class="list">
        <li><${ListRow} href="/mine" icon="edit" title=${t("account.mine")} aside=${more} /></li>
        <li><${ListRow} href="/commented" icon="comment" title=${t("account.commented")} aside=${more} /></li>
        <li><${ListRow} href="/scraps" icon="scrap" title=${t("account.scraps")} aside=${more} /></li>
        <li><${ListRow} href="/grades" icon="chart" title=${t("timetable.grades")} aside=${more} /></li>
        <li><${ListRow} href="/friends" icon="users" title=${t("account.friends")} aside=${more} /></li>
      </ul>
    <//>
    ${value.role === "admin" &&
    html`<${Card} title=${t("account.admin")} flush>
      <ul class="list">
        <li><${ListRow} href="/moderation" icon="flag" title=${t("account.moderation")} text=${t("account.moderation_text")} aside=${more} /></li>
      </ul>
    <//>`}
    <${Card} title=${t("account.account")} flush>
      <ul class="list">
        <li><${ListRow} href="/me/profile" icon="user" title=${t("account.profile")} aside=${more} /></li>
        <li><${ListRow} href="/verify" icon="verified" title=${t(isVerified ? "verify.change_title" : "verify.title")} text=${value.email} aside=${more} /></li>
        <li><${ListRow} href="/me/password" icon="lock" title=${t("account.change_password")} aside=${more} /></li>
        <li><${ListRow} href="/me/settings" icon="settings" title=${t("account.settings")} aside=${more} /></li>
        <li><${ListRow} href="/policies/terms" icon="book" title=${t("policies.title")} aside=${more} /></li>
        <li><${ListRow} onClick=${() => logOut.run(null)} icon="log-out" title=${t("account.log_out")} /></li>
      </ul>
    <//>
  <//>`;
}
