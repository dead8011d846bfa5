// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { user } from "../../session.js";
import { Tabs } from "../../ui/elements.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState } from "../../ui/states.js";

/** The frame of the screens for admins. Others see that it is not for them. @param {{ title: string, back?: string, tab?: string, children?: any }} props */
export function AdminScreen({ title, back = "/me", tab, children }) {
  if (user.value?.role !== "admin") {
    return html`<${Screen} title=${title} back="/me"><${EmptyState} icon="lock" title=${t("cases.admins_only")} text=${t("cases.admins_only_text")} /><//>`;
  }
  const tabs = [
    { href: "/moderation", label: t("cases.open") },
    { href: "/moderation/decided", label: t("cases.decided") },
    { href: "/moderation/log", label: t("cases.log") },
  ];
  return html`<${Screen} title=${title} back=${back}>
    ${tab && html`<${Tabs} label=${t("cases.title")} tabs=${tabs} current=${tab} />`}
    ${children}
  <//>`;
}
