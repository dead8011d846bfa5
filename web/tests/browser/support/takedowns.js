// @ts-check
import { createClient } from "../../../api/client.js";
import { appUrl, uniqueName } from "./accounts.js";
import { adminClient } from "./admin.js";
import { mailTo, pathIn } from "./mails.js";

/**
 * Sends a takedown request without an account, and confirms it. Returns its id.
 * @param {string} path What it is about: a path of the web client, such as `/posts/…?comment=…`.
 * @param {string} explanation
 */
export async function requestTakedown(path, explanation) {
  const api = createClient({ baseUrl: `${appUrl()}/api` });
  const email = `${uniqueName()}@mail.example`;
  const body = { link: new URL(path, "https://campus.example").href, right: /** @type {const} */ ("privacy"), explanation, name: "바람", email };
  await api.post("/takedowns", { body });
  const [, token = ""] = pathIn(await mailTo(email)).split("#");
  await api.post("/takedowns/confirm", { body: { token } });
  const admin = await adminClient();
  /** @type {string | undefined} */
  let cursor;
  /** @type {string | undefined} */
  let id;
  do {
    const page = await admin.get("/moderation/takedowns", { query: { limit: 50, cursor } });
    // The longest waiting is first.
    id = page.items.filter((takedown) => takedown.explanation === explanation).at(-1)?.id ?? id;
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  if (!id) throw new Error("the request is not in the queue");
  return id;
}
