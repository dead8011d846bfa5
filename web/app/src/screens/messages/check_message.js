// @ts-check
import { t } from "../../i18n/index.js";

/** @param {{ content: string }} values */
export const checkMessage = ({ content }) => ({ content: content.trim() ? undefined : t("common.required_field") });
