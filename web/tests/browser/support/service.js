// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The built binary `campus`. */
export const CAMPUS = path.resolve(process.env.CAMPUS ?? fileURLToPath(new URL("../../../../target/debug/campus", import.meta.url)));

/** Starts `campus dev` for all tests. With `CAMPUS_APP=http://…`, they use the web client of a running service instead. */
export default async function startService() {
  if (process.env.CAMPUS_APP) {
    return undefined;
  }
  const data = await mkdtemp(path.join(tmpdir(), "campus-web-"));
  const ports = ["--port", "0", "--media-port", "0", "--app-port", "0"];
  const service = spawn(CAMPUS, ["dev", "--demo", ...ports, "--data", data], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(service, "exit");
  for await (const line of createInterface(service.stdout)) {
    const app = /^App\s+(http\S+)/.exec(line);
    if (app) {
      process.env.CAMPUS_APP = app[1];
    } else if (line.startsWith("Ready")) {
      break;
    }
  }
  service.stdout.resume();
  const stop = async () => {
    service.kill();
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  if (!process.env.CAMPUS_APP) {
    await stop();
    throw new Error(`${CAMPUS} dev did not start.`);
  }
  return stop;
}
