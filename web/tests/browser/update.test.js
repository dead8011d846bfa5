// @ts-check
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { appUrl } from "./support/accounts.js";
import { expect, test as base } from "./support/fixtures.js";
import { CAMPUS } from "./support/service.js";

/** @typedef {{ base: string, files: Map<string, { type: string, content: Buffer }> }} Version The files by path. `base` is that of the page. */
/** @typedef {{ origin: string, versions: [Version, Version], serve: (version: Version) => void }} Deployment */
/** @typedef {import("./support/fixtures.js").PageArgs & import("./support/fixtures.js").TestFixtures} PageArgs */
/** @typedef {import("./support/fixtures.js").BrowserArgs & import("./support/fixtures.js").WorkerFixtures} BrowserArgs */

const SOURCE = fileURLToPath(new URL("../../", import.meta.url));

/** The files that `campus web-files` makes of a source. @param {string} source @param {string} target @returns {Promise<Version>} */
async function build(source, target) {
  const lines = execFileSync(CAMPUS, ["web-files", target, "--source", source], { encoding: "utf8" }).trim().split("\n");
  /** @type {Version["files"]} */
  const files = new Map();
  for (const line of lines) {
    const [name = "", type = ""] = line.split("\t");
    files.set(`/${name}`, { type, content: await readFile(path.join(target, name)) });
  }
  const page = files.get("/index.html")?.content.toString() ?? "";
  return { base: /<base href="([^"]+)">/.exec(page)?.[1] ?? "", files };
}

/** Two versions of the app that differ in a module. @param {string} folder @returns {Promise<Deployment["versions"]>} */
async function buildTwo(folder) {
  const source = path.join(folder, "web");
  for (const part of ["app", "api"]) {
    await cp(path.join(SOURCE, part), path.join(source, part), { recursive: true });
  }
  const first = await build(source, path.join(folder, "first"));
  await appendFile(path.join(source, "app/src/main.js"), "document.documentElement.dataset.version = 'second';\n");
  return [first, await build(source, path.join(folder, "second"))];
}

/**
 * Tests on a deployed app, as CloudFront serves it: `deployment` has two versions, starts with the first, and serves the files of
 * one version at a time. The API is that of the service.
 */
const test = base.extend(
  /** @type {import("@playwright/test").Fixtures<{}, { deployment: Deployment }, PageArgs, BrowserArgs>} */ ({
    deployment: [
      async ({}, use) => {
        const folder = await mkdtemp(path.join(tmpdir(), "campus-versions-"));
        const versions = await buildTwo(folder);
        let served = versions[0];
        const policy = (await fetch(appUrl())).headers.get("Content-Security-Policy") ?? "";
        const server = http.createServer((request, response) => {
          const { pathname } = new URL(request.url ?? "/", appUrl());
          if (pathname.startsWith("/api/")) {
            passOn(request, response);
            return;
          }
          const file = served.files.get(path.posix.basename(pathname).includes(".") ? pathname : "/index.html");
          response.writeHead(file ? 200 : 404, { "Content-Type": file?.type ?? "text/plain", "Cache-Control": "no-cache", "Content-Security-Policy": policy });
          response.end(file?.content);
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
        await use({ origin: `http://127.0.0.1:${port}`, versions, serve: (version) => (served = version) });
        server.closeAllConnections();
        server.close();
        await rm(folder, { recursive: true });
      },
      { scope: "worker" },
    ],
    origins: [async ({ deployment }, use) => use([deployment.origin]), { scope: "worker" }],
    baseURL: async ({ deployment }, use) => use(deployment.origin),
  }),
);

test.use({ serviceWorkers: "allow" });

/** Answers with the response of the service. @param {http.IncomingMessage} request @param {http.ServerResponse} response */
function passOn(request, response) {
  const { method, url, headers } = request;
  const passed = http.request(new URL(url ?? "", appUrl()), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", () => response.destroy());
  request.pipe(passed);
}

/** @param {import("@playwright/test").Page} page */
const baseOf = (page) => page.evaluate(() => new URL(document.baseURI).pathname);

test("a deployment has no mailbox, and asks for none", async ({ page, deployment }) => {
  deployment.serve(deployment.versions[0]);
  /** @type {string[]} */
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.goto("/forgot-password");
  await page.getByLabel("인증한 학교 이메일").fill("nobody@gaon.example");
  await page.getByRole("button", { name: "링크 받기" }).click();
  await expect(page.getByText("nobody@gaon.example")).toBeVisible();
  await expect(page.getByRole("link", { name: "개발용 메일함 열기" })).toHaveCount(0);
  expect(requests.filter((path) => path.includes("/dev/"))).toEqual([]);
});

test("a new version is offered, and the old one keeps working until the user reloads", async ({ page, deployment }) => {
  const { versions: [first, second], serve } = deployment;
  serve(first);
  await page.goto("/login");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  expect(await baseOf(page)).toBe(first.base);

  serve(second);
  await expect(async () => {
    // The app looks for a new version when it becomes visible.
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await expect(page.getByText("새 버전이 준비됐어요.")).toBeVisible({ timeout: 1000 });
  }).toPass();
  // The files of the first version are gone from the server.
  await page.getByRole("link", { name: "아이디 찾기" }).click();
  await expect(page.getByRole("heading", { name: "아이디 찾기", level: 1 })).toBeVisible();
  await page.reload();
  expect(await baseOf(page)).toBe(first.base);

  await page.getByRole("button", { name: "새로고침" }).click();
  await expect.poll(() => baseOf(page).catch(() => "")).toBe(second.base);
  await expect(page.locator("html")).toHaveAttribute("data-version", "second");
  await expect(page.getByText("새 버전이 준비됐어요.")).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => caches.keys())).toEqual([`campus-${second.base.split("/")[2]}`]);
});
