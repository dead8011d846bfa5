// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { current } from "../../router.js";
import { Screen } from "../../ui/screen.js";
import { VerifyPrompt } from "../../ui/verify_prompt.js";

/** What unverified students see instead of a screen that is for verified ones. */
export default function VerifyFirst() {
  const { tab, bare } = current.value.route;
  return html`<${Screen} title=${t(/** @type {import("../../i18n/index.js").TextKey} */ (`common.${tab ?? "app"}`))} back=${bare ? "/" : undefined}>
    <${VerifyPrompt} />
  <//>`;
}
