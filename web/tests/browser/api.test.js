// @ts-check
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { appUrl } from "./support/accounts.js";
import { expect, test } from "./support/fixtures.js";

const API = new URL("../../api/", import.meta.url);
const OUTPUT = /^Hello You cannot do this with your own content\.$/m;

/** The program in the README of the client, without the address of the API. */
async function program() {
  const readme = await readFile(new URL("README.md", API), "utf8");
  const code = /```js\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const address = 'baseUrl: "http://127.0.0.1:8080", ';
  expect(code).toContain(address);
  return code.replace(address, "");
}

test("the program in the README of the client runs in Node", async () => {
  const code = (await program()).replace("createClient({ ", `createClient({ baseUrl: "${appUrl()}/api", `);
  const { stdout } = await promisify(execFile)("node", ["--input-type=module", "--eval", code], { cwd: fileURLToPath(API) });
  expect(stdout).toMatch(OUTPUT);
});

test("the program in the README of the client runs in a page", async ({ page, guard }) => {
  guard.expect(/^403 POST \/api\/posts\/\w+\/like/);
  await page.goto("/login");
  const output = page.waitForEvent("console", (message) => message.text().startsWith("Hello"));
  const code = (await program()).replace(/import (\{.*?\}) from ".\/client.js";/, 'const $1 = await import("/assets/dev/client/client.js");');
  await page.evaluate(`(async () => { ${code} })()`);
  expect((await output).text()).toMatch(OUTPUT);
});
