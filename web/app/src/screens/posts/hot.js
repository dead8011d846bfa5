// @ts-check
import { html } from "../../html.js";
import { Feed } from "./feed.js";

export default () => html`<${Feed} name="hot" />`;
