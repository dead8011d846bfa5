// @ts-check
/**
 * Measures when the first page of posts shows on a phone with a slow network, in the files that a deployment serves.
 * Run it as `npm run load-time`, or as `npm run load-time -- --with OTHER/web` to measure another version of this folder in turn
 * with this one. `--runs 9` repeats it more often, and `--waterfall` prints the requests of the first run. It needs the built
 * `campus` (or its path in the environment variable CAMPUS), openssl, and Chromium.
 *
 * A server on this machine stands in for CloudFront: HTTP/2, gzip, and the headers of `campus web-files`. The browser has the
 * "Slow 4G" of Chromium's developer tools (150 ms, 1.44 Mbit/s) and a quarter of the processor.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import http2 from "node:http2";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import config from "../playwright.config.js";
import { CAMPUS, startService } from "../tests/browser/support/service.js";

const NETWORK = { offline: false, latency: 150, downloadThroughput: (1_600_000 * 0.9) / 8, uploadThroughput: (750_000 * 0.9) / 8 };
const PROCESSOR = 4;

/** A student of the demo data, who has pinned boards. */
const STUDENT = { login_id: "narae", password: "gaon-maru-2026!" };

const THIS = fileURLToPath(new URL("../", import.meta.url));

const { values: options } = parseArgs({
  options: {
    with: { type: "string" },
    runs: { type: "string", default: "5" },
    waterfall: { type: "boolean", default: false },
  },
});

/** @typedef {{ headers: Record<string, string>, content: Buffer }} File */
/** @typedef {{ paint: number, posts: number, files: number, kilobytes: number, waterfall: string[] }} Load Times in milliseconds. */

/** The files of a deployment, by path, compressed. @param {string} source @param {string} target @returns {Promise<Map<string, File>>} */
async function build(source, target) {
  const lines = execFileSync(CAMPUS, ["web-files", target, "--source", source], { encoding: "utf8" }).trim().split("\n");
  /** @type {Map<string, File>} */
  const files = new Map();
  for (const line of lines) {
    const [name = "", type = "", caching = ""] = line.split("\t");
    const content = gzipSync(await readFile(path.join(target, name)));
    files.set(`/${name}`, { content, headers: { "Content-Type": type, "Cache-Control": caching, "Content-Encoding": "gzip" } });
  }
  return files;
}

/** A certificate for localhost. @param {string} folder */
async function certificate(folder) {
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  execFileSync("openssl", [...args, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: await readFile(key), cert: await readFile(cert) };
}

/**
 * Serves the files of a source, and the API of the service.
 *
 * @param {string} source
 * @param {string} target Where to build the files.
 * @param {string} service
 * @param {{ key: Buffer, cert: Buffer }} identity
 */
async function serve(source, target, service, identity) {
  const files = await build(source, target);
  const policy = (await fetch(service)).headers.get("Content-Security-Policy") ?? "";
  const server = http2.createSecureServer({ ...identity, allowHTTP1: true }, (request, response) => {
    const { pathname } = new URL(request.url, service);
    if (pathname.startsWith("/api/")) return passOn(request, response, service);
    const isPage = !pathname.startsWith("/assets/") && !path.posix.basename(pathname).includes(".");
    const file = files.get(isPage ? "/index.html" : pathname);
    response.writeHead(file ? 200 : 404, { ...file?.headers, "Content-Security-Policy": policy });
    response.end(file?.content ?? "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `https://localhost:${port}`, stop: () => void server.close() };
}

/** Answers with the response of the service. @param {http2.Http2ServerRequest} request @param {http2.Http2ServerResponse} response @param {string} service */
function passOn(request, response, service) {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(":")));
  const passed = http.request(new URL(request.url, service), { method: request.method, headers }, (answer) => {
    const { connection, "transfer-encoding": _, "keep-alive": __, ...kept } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, kept);
    answer.pipe(response);
  });
  passed.on("error", () => response.stream.destroy());
  request.pipe(passed);
}

/** Runs in the page: says when the first post shows. */
function watchPosts() {
  const observer = new MutationObserver(() => {
    if (!document.querySelector(".post-row")) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => performance.mark("posts")));
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** Opens a path in a new tab. @param {import("@playwright/test").BrowserContext} context @param {string} url @returns {Promise<Load>} */
async function load(context, url) {
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send("Network.enable");
  await tools.send("Network.emulateNetworkConditions", NETWORK);
  await tools.send("Emulation.setCPUThrottlingRate", { rate: PROCESSOR });
  await page.addInitScript(watchPosts);
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => performance.getEntriesByName("posts").length > 0);
  const found = await page.evaluate(() => {
    const start = (/** @type {string} */ name) => performance.getEntriesByName(name)[0]?.startTime ?? NaN;
    const requests = /** @type {PerformanceResourceTiming[]} */ ([...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]);
    const ended = requests.filter((request) => request.startTime < start("posts"));
    return { paint: start("first-contentful-paint"), posts: start("posts"), requests: ended.map(({ name, startTime, responseEnd, transferSize }) => ({ name, startTime, responseEnd, transferSize })) };
  });
  // The service worker installs without being slowed down.
  await tools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.close();
  const { requests } = found;
  const waterfall = requests.map(({ name, startTime, responseEnd }) => `${String(Math.round(startTime)).padStart(6)} to ${String(Math.round(responseEnd)).padStart(5)}  ${new URL(name).pathname}`);
  const kilobytes = requests.reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000;
  return { paint: found.paint, posts: found.posts, files: requests.length, kilobytes, waterfall };
}

/** @param {number[]} values */
const median = (values) => Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN);

/** @param {string} name @param {Load[]} loads */
function print(name, loads) {
  const [paints, posts] = [loads.map(({ paint }) => paint), loads.map(({ posts }) => posts)];
  const range = `${Math.round(Math.min(...posts))} to ${Math.round(Math.max(...posts))}`;
  const { files, kilobytes } = /** @type {Load} */ (loads[0]);
  console.log(`${name}: posts after ${median(posts)} ms (${range}), first paint after ${median(paints)} ms, ${files} requests, ${kilobytes.toFixed(1)} kB`);
}

/**
 * Visits a screen for the first time, and again.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {"home" | "board"} screen
 */
async function visitTwice(browser, url, screen) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 360, height: 740 }, locale: "ko-KR" });
  const login = await context.request.post(`${url}/api/auth/login`, { data: STUDENT });
  const hot = await context.request.get(`${url}/api/posts/hot`, { headers: { Authorization: `Bearer ${(await login.json()).access_token}` } });
  const target = screen === "home" ? url : `${url}/boards/${(await hot.json()).items[0].board_id}`;
  const loads = { first: await load(context, target), next: await load(context, target) };
  await context.close();
  return loads;
}

/** @param {{ source: string, url: string }[]} versions */
async function measure(versions) {
  const browser = await chromium.launch({ executablePath: config.use?.launchOptions?.executablePath, args: ["--ignore-certificate-errors"] });
  for (const screen of /** @type {const} */ (["home", "board"])) {
    const runs = versions.map(() => /** @type {Awaited<ReturnType<typeof visitTwice>>[]} */ ([]));
    for (let run = 0; run < Number(options.runs); run += 1) {
      for (const [index, { url }] of versions.entries()) runs[index]?.push(await visitTwice(browser, url, screen));
    }
    for (const [index, { source }] of versions.entries()) {
      for (const visit of /** @type {const} */ (["first", "next"])) {
        const loads = (runs[index] ?? []).map((visits) => visits[visit]);
        print(`${source}, ${screen}, ${visit} visit`, loads);
        if (options.waterfall) console.log(loads[0]?.waterfall.join("\n"));
      }
    }
  }
  await browser.close();
}

const folder = await mkdtemp(path.join(tmpdir(), "campus-load-"));
const service = await startService();
const identity = await certificate(folder);
const sources = options.with ? [THIS, options.with] : [THIS];
const servers = await Promise.all(sources.map((source, index) => serve(source, path.join(folder, `files-${index}`), service.url, identity)));
try {
  await measure(sources.map((source, index) => ({ source, url: servers[index]?.url ?? "" })));
} finally {
  servers.forEach(({ stop }) => stop());
  await service.stop();
  await rm(folder, { recursive: true });
}
