// @ts-check
import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";

/** Chromium of the system: Playwright downloads nothing. */
const chromium = process.env.CHROMIUM ?? execFileSync("sh", ["-c", "command -v chromium chromium-browser google-chrome | head -n 1"], { encoding: "utf8" }).trim();

export default defineConfig({
  testDir: "tests/browser",
  outputDir: "test-results",
  globalSetup: "./tests/browser/support/service.js",
  fullyParallel: true,
  workers: 2,
  forbidOnly: "CI" in process.env,
  // A loaded machine can delay a page beyond a time limit. A test that passes only then is reported as flaky.
  retries: 1,
  reporter: "list",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: chromium },
    locale: "ko-KR",
    timezoneId: "Asia/Seoul",
    viewport: { width: 360, height: 740 },
    contextOptions: { reducedMotion: "reduce" },
    trace: "on-first-retry",
    // The tests watch every request; those of a service worker are hidden from them.
    serviceWorkers: "block",
  },
});
