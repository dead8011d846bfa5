// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { switchLanguage, t } from "../../i18n/index.js";
import { useSavedChoice } from "../../lib/saved_choice.js";
import { useSubmit } from "../../lib/submit.js";
import { language, theme } from "../../preferences.js";
import { needsVerification } from "../../session.js";
import { confirm } from "../../ui/dialog.js";
import { Card, ListRow } from "../../ui/elements.js";
import { Segmented } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { Screen } from "../../ui/screen.js";
import { toast, toastFailure } from "../../ui/toast.js";

/** Theme and language of this browser, notifications, what the user does not want to see, and the sessions. */
export default function Settings() {
  const logOut = useSubmit(() => api.session.logOut({ everywhere: true }), { onFailure: toastFailure });
  const chosen = useSavedChoice(language.value, switchLanguage, () => {}, () => toast(t("account.language_failed")));
  const ask = async () => {
    if (await confirm({ title: t("account.log_out_everywhere"), text: t("account.log_out_everywhere_text"), action: t("account.log_out") })) logOut.run(null);
  };
  const themes = [
    { value: "system", label: t("account.theme_system") },
    { value: "light", label: t("account.theme_light") },
    { value: "dark", label: t("account.theme_dark") },
  ];
  const languages = [
    { value: "ko", label: "한국어" },
    { value: "en", label: "English" },
  ];
  const more = html`<${Icon} name="forward" size=${18} />`;
  return html`<${Screen} title=${t("account.settings")} back="/me">
    <${Card} title=${t("account.display")}>
      <div class="stack">
        <${Segmented} label=${t("account.theme")} options=${themes} value=${theme.value} onChange=${(/** @type {any} */ value) => (theme.value = value)} />
        <${Segmented} label=${t("account.language")} options=${languages} value=${chosen.value} onChange=${chosen.choose} />
      </div>
    <//>
    ${!needsVerification.value &&
    html`<${Card} title=${t("common.notifications")} flush>
        <ul class="list">
          <li><${ListRow} href="/notifications/settings" icon="bell" title=${t("account.notification_settings")} text=${t("account.notification_settings_hint")} aside=${more} /></li>
        </ul>
      <//>
      <${Card} title=${t("account.unwanted")} flush>
      <ul class="list">
        <li><${ListRow} href="/me/blocks" icon="block" title=${t("account.blocks")} aside=${more} /></li>
        <li><${ListRow} href="/hidden" icon="eye-off" title=${t("account.hidden_posts")} aside=${more} /></li>
      </ul>
    <//>`}
    <${Card} title=${t("account.sessions")} flush>
      <ul class="list">
        <li><${ListRow} onClick=${ask} icon="log-out" title=${t("account.log_out_everywhere")} text=${t("account.log_out_everywhere_hint")} /></li>
        <li><${ListRow} href="/me/withdraw" icon="trash" title=${t("account.withdraw")} danger aside=${more} /></li>
      </ul>
    <//>
  <//>`;
}
