// @ts-check
import { spawn } from "node:child_process";
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
export default async function startService() {
  if (process.env.CAMPUS_APP) {
    return undefined;
  }
  const data = await mkdtemp(path.join(tmpdir(), "campus-web-"));
  await mkdir(path.dirname(LOG), { recursive: true });
  const log = await open(LOG, "w");
  const ports = ["--port", "0", "--media-port", "0", "--app-port", "0"];
  const service = spawn(CAMPUS, ["dev", "--demo", ...ports, "--data", data], { stdio: ["ignore", "pipe", log.fd] });
  const ended = once(service, "exit");
  const output = /** @type {import("node:stream").Readable} */ (service.stdout);
  for await (const line of createInterface(output)) {
    const app = /^App\s+(http\S+)/.exec(line);
    if (app) {
      process.env.CAMPUS_APP = app[1];
    } else if (line.startsWith("Ready")) {
      break;
    }
  }
  output.resume();
  const stop = async () => {
    service.kill();
    await ended;
    await log.close();
    await rm(data, { recursive: true, force: true });
  };
  if (!process.env.CAMPUS_APP) {
    await stop();
    throw new Error(`${CAMPUS} dev did not start.\n${await readFile(LOG, "utf8")}`);
  }
  return stop;
}
