// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { AdminScreen } from "./admins_only.js";
import { CaseList } from "./case_list.js";

/** The decided cases, newest decision first. */
export default () => html`<${AdminScreen} title=${t("cases.title")} tab="/moderation/decided"><${CaseList} state="decided" /><//>`;
