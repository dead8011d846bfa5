// @ts-check
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The built binary `campus`. */
export const CAMPUS = path.resolve(process.env.CAMPUS ?? fileURLToPath(new URL("../../../../target/debug/campus", import.meta.url)));

const LOG = fileURLToPath(new URL("../../../test-results/campus.log", import.meta.url));

/** Starts `campus dev` for all tests. With `CAMPUS_APP=http://…`, they use the web client of a running service instead. */
export default async function startForAll() {
  if (process.env.CAMPUS_APP) {
    return undefined;
  }
  const service = await startService();
  process.env.CAMPUS_APP = service.url;
  return service.stop;
}

/** @typedef {Awaited<ReturnType<typeof startService>>} Service */

/** Starts `campus dev` with demo data in a folder of its own. */
export async function startService() {
  const data = await mkdtemp(path.join(tmpdir(), "campus-web-"));
  let running = await start(data, ["--port", "0", "--media-port", "0", "--app-port", "0"]);
  const { url, ports } = running;
  const run = (/** @type {string[]} */ args) => execFileSync(CAMPUS, [...args, "--data", data]);
  const stop = async () => {
    await running.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    // Students of the tests verify themselves.
    const { items } = await (await fetch(`${url}/api/schools`)).json();
    run(["schools", "set", items[0].id, "--policy", "email"]);
  } catch (failure) {
    await stop();
    throw failure;
  }
  return {
    /** The URL of the web client. */
    url,
    /** Runs a command of the operator while the service is down, so that it knows the change from its next start on. @param {...string} args */
    async change(...args) {
      await running.stop();
      run(args);
      running = await start(data, ports);
    },
    stop,
  };
}

/** @param {string} data @param {string[]} options */
async function start(data, options) {
  await mkdir(path.dirname(LOG), { recursive: true });
  const log = await open(LOG, "a");
  const service = spawn(CAMPUS, ["dev", "--demo", ...options, "--data", data], { stdio: ["ignore", "pipe", log.fd] });
  const ended = once(service, "exit");
  const output = /** @type {import("node:stream").Readable} */ (service.stdout);
  let text = "";
  for await (const line of createInterface(output)) {
    text += `${line}\n`;
    if (line.startsWith("Ready")) {
      break;
    }
  }
  output.resume();
  const stop = async () => {
    service.kill();
    await ended;
    await log.close();
  };
  /** @param {string} label */
  const urlAfter = (label) => new RegExp(`^ *${label} +(http\\S+)`, "m").exec(text)?.[1];
  const [app, api, media] = ["App", "Campus is at", "Pictures"].map(urlAfter);
  if (!app || !api || !media) {
    await stop();
    throw new Error(`${CAMPUS} dev did not start.\n${await readFile(LOG, "utf8")}`);
  }
  const [appPort, port, mediaPort] = [app, api, media].map((url) => new URL(url).port);
  return { url: app, ports: ["--app-port", `${appPort}`, "--port", `${port}`, "--media-port", `${mediaPort}`], stop };
}
