// @ts-check
/**
 * Writes into `app/index.html` which modules the first screen needs, so that the browser loads them at once instead of
 * finding them one after the other. Run it as `npm run preloads`; a unit test tells when that is needed.
 */
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const WEB = new URL("../", import.meta.url);
const APP = new URL("app/", WEB);
const PAGE = new URL("index.html", APP);

/** What asks for the session, first of all. */
const FIRST = "src/early_session.js";

/** What starts the app, and the modules that it imports dynamically for home in Korean. */
const ENTRIES = ["src/main.js", "src/i18n/ko/index.js", "src/screens/home/home.js"];

/** @returns {Promise<string>} The page with the preloads it should have. */
export async function pageWithPreloads() {
  const page = await readFile(PAGE, "utf8");
  const names = JSON.parse(/<script type="importmap">(.*?)<\/script>/s.exec(page)?.[1] ?? "{}").imports;
  const modules = new Set([...(await reachable([FIRST], names)), ...(await reachable(ENTRIES, names))]);
  const links = [...modules].map((path) => `    <link rel="modulepreload" href="${path}">\n`).join("");
  return page.replace(/( *<link rel="modulepreload"[^>]*>\n)+|(?=^ *<script type="module")/m, links);
}

/** All modules that the entries import, as paths of the page. @param {string[]} entries @param {Record<string, string>} names The import map. */
async function reachable(entries, names) {
  const found = new Set(entries);
  for (const path of found) {
    const text = await readFile(fileOf(path), "utf8");
    for (const [, target] of text.matchAll(/^(?:import|export)[^"'`;]*?"([^"]+)";/gm)) {
      const mapped = target && (target.startsWith(".") ? new URL(target, new URL(path, "http://app/")).pathname.slice(1) : names[target]?.slice(2));
      if (mapped) found.add(mapped);
    }
    // Minified modules have everything on a line.
    for (const [, target] of path.startsWith("vendor/") ? text.matchAll(/from"([^"]+)"/g) : []) {
      if (target && names[target]) found.add(names[target].slice(2));
    }
  }
  return [...found].sort();
}

/** The client is served beside the app. @param {string} path */
const fileOf = (path) => (path.startsWith("client/") ? new URL(path.replace("client/", "api/"), WEB) : new URL(path, APP));

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(PAGE, await pageWithPreloads());
}
