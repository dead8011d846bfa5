// @ts-check
import { html } from "../html.js";
import { t } from "../i18n/index.js";
import { Button } from "../ui/button.js";
import { Screen } from "../ui/screen.js";
import { EmptyState } from "../ui/states.js";

export default function NotFound() {
  return html`<${Screen} title=${t("common.not_found_title")} back="/">
    <${EmptyState} icon="search" title=${t("common.not_found_title")} text=${t("common.not_found_text")}>
      <${Button} href="/">${t("common.to_home")}<//>
    <//>
  <//>`;
}
