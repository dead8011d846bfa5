// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { POLICY_KINDS, textOf, usePolicies } from "../../policies.js";
import { status } from "../../session.js";
import { Tabs } from "../../ui/elements.js";
import { MarkdownText } from "../../ui/markdown_text.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded } from "../../ui/states.js";

/** @typedef {import("../../policies.js").PolicyKind} PolicyKind */
/** @typedef {import("../../i18n/index.js").TextKey} TextKey */

/** The terms of service or the privacy policy, for everybody. @param {{ params: { kind: string } }} props */
export default function PoliciesScreen({ params }) {
  const kind = POLICY_KINDS.find((known) => known === params.kind) ?? "terms";
  const policies = usePolicies();
  const tabs = POLICY_KINDS.map((each) => ({ href: `/policies/${each}`, label: t(/** @type {TextKey} */ (`policies.${each}`)) }));
  return html`<${Screen} title=${t(/** @type {TextKey} */ (`policies.${kind}`))} back=${status.value === "in" ? "/me" : "/login"}>
    <${Tabs} label=${t("policies.title")} tabs=${tabs} current=${`/policies/${kind}`} />
    <${Loaded} resource=${policies}>
      ${(/** @type {import("../../policies.js").Policies} */ data) => html`
        <${Policy} policy=${data[kind]} />
        <p class="account-other"><a class="link" href="/takedown">${t("policies.takedown")}</a></p>`}
    <//>
  <//>`;
}

/** @param {{ policy: import("campus-api").Schema<"Policy"> | null | undefined }} props */
function Policy({ policy }) {
  if (!policy) return html`<${EmptyState} icon="book" title=${t("policies.none")} />`;
  return html`<article class="card card-body stack">
    <p class="muted small">${t("policies.version", { version: policy.version })}</p>
    <${MarkdownText} text=${textOf(policy)} level=${2} />
  </article>`;
}
