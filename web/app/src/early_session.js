// @ts-check
/** A script of its own in the page, which needs few modules: it asks for the session while the rest of the app still loads. */
import { api } from "./api.js";

/** The first attempt to restore the session. */
export const firstRestore = api.session.restore();

// `session.js` handles a failure, when it has loaded.
firstRestore.catch(() => {});
