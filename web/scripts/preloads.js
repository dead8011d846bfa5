// @ts-check
/**
 * Writes into `app/index.html` which modules every first screen needs, and into `app/src/early.js` which files some screens
 * need besides, so that the browser loads them at once instead of finding them one after the other. Run it as
 * `npm run preloads`; a unit test tells when that is needed.
 */
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { routes } from "../app/src/routes.js";

const WEB = new URL("../", import.meta.url);
const APP = new URL("app/", WEB);

/** What starts the app, and the modules that it imports dynamically for home in Korean. */
const ENTRIES = ["src/main.js", "src/i18n/ko/index.js", "src/screens/home/home.js"];

/** The screens that people open first: home, and those that they share links of. */
const FIRST_SCREENS = ["/", "/boards/:id", "/posts/:id"];

/** @returns {Promise<{ path: string, text: string }[]>} The files with the preloads they should have, by their paths below `app`. */
export async function filesWithPreloads() {
  const [page, early] = await Promise.all(["index.html", "src/early.js"].map((path) => readFile(new URL(path, APP), "utf8")));
  const names = JSON.parse(/<script type="importmap">(.*?)<\/script>/s.exec(page ?? "")?.[1] ?? "{}").imports;
  const modules = await reachable(ENTRIES, names);
  const links = modules.map((path) => `    <link rel="modulepreload" href="${path}">\n`).join("");
  const screens = await Promise.all(FIRST_SCREENS.map(async (path) => `  "${path.replace(":id", "*")}": ${JSON.stringify(await filesOf(path, modules, names))},\n`));
  return [
    { path: "index.html", text: (page ?? "").replace(/( *<link rel="modulepreload"[^>]*>\n)+|(?=^ *<script type="module")/m, links) },
    { path: "src/early.js", text: (early ?? "").replace(/(const FIRST_SCREENS = \{).*?(?=\};)/s, (_, start) => `${start}\n${screens.join("")}`) },
  ];
}

/** The files of a screen besides those that are loaded anyway. @param {string} path @param {string[]} loaded @param {Record<string, string>} names */
async function filesOf(path, loaded, names) {
  const route = routes.find((route) => route.path === path);
  const module = `src/${/import\("\.\/(.*?)"\)/.exec(String(route?.load))?.[1]}`;
  const texts = (route?.texts ?? []).map((feature) => `src/i18n/ko/${feature}.js`);
  const modules = await reachable([module, ...texts], names);
  return [`styles/screens/${route?.styles}.css`, ...modules.filter((path) => !loaded.includes(path))];
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
  for (const { path, text } of await filesWithPreloads()) await writeFile(new URL(path, APP), text);
}
