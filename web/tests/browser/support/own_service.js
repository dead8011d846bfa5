// @ts-check
import { test as base } from "./fixtures.js";
import { startService } from "./service.js";

/** @typedef {import("./service.js").Service} Service */
/** @typedef {import("./fixtures.js").PageArgs & import("./fixtures.js").TestFixtures} PageArgs */
/** @typedef {import("./fixtures.js").BrowserArgs & import("./fixtures.js").WorkerFixtures} BrowserArgs */

/**
 * Tests with a service of their own, `service`, which an operator can change without a change for other tests. Call it once in
 * a file: Playwright runs files with the same fixtures in the same process, where they would share the service.
 */
export function withOwnService() {
  return base.extend(
    /** @type {import("@playwright/test").Fixtures<{}, { service: Service }, PageArgs, BrowserArgs>} */ ({
      service: [
        async ({}, use) => {
          const ofAll = process.env.CAMPUS_APP;
          const service = await startService();
          process.env.CAMPUS_APP = service.url;
          await use(service);
          process.env.CAMPUS_APP = ofAll;
          await service.stop();
        },
        { scope: "worker", auto: true },
      ],
    }),
  );
}
