// @ts-check
import { Component } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { html } from "./html.js";
import { loadTexts, t } from "./i18n/index.js";
import { loadStyles } from "./lib/styles.js";
import { current, navigate, nextAddress, restoreScroll } from "./router.js";
import { verifyFirst } from "./routes.js";
import { needsVerification, restore, restoreFailure, status } from "./session.js";
import { ConfirmHost } from "./ui/dialog.js";
import { ConsentHost } from "./ui/consent_dialog.js";
import { Screen } from "./ui/screen.js";
import { Shell } from "./ui/shell.js";
import { ErrorState, Skeleton } from "./ui/states.js";
import { ToastHost } from "./ui/toast.js";
import { NetworkError } from "campus-api";

/** @typedef {import("./router.js").Match} Match */

/** The whole page: the screen of the current address within the shell. */
export function App() {
  const { route, path } = current.value;
  return html`
    <${Shell} tab=${route.tab} bare=${Boolean(route.bare || status.value === "out")} path=${path}><${CurrentScreen} match=${current.value} /><//>
    <${ConfirmHost} />
    <${ConsentHost} />
    <${ToastHost} />`;
}

/** @param {{ match: Match }} props */
function CurrentScreen({ match }) {
  const { route, path } = match;
  const access = accessTo(route, status.value);
  useEffect(() => {
    if (access === "login") navigate(`/login?next=${encodeURIComponent(path + location.search)}`, { replace: true });
    if (access === "home") navigate(afterLogin(match), { replace: true });
  }, [access, match.key, path]);
  if (access === "unreachable") return html`<${Unreachable} />`;
  if (access !== "show") return html`<${Placeholder} />`;
  return html`<${LazyScreen} match=${mayUse(route) ? match : { ...match, route: verifyFirst }} />`;
}

/** @param {import("./routes.js").Route} route @param {string} status */
function accessTo(route, status) {
  if (route.open) return "show";
  if (status === "restoring") return "wait";
  if (route.guest) return status === "in" ? "home" : "show";
  if (status === "out") return "login";
  if (status === "unreachable" && !route.offline) return "unreachable";
  return "show";
}

/** Whether the user may use the screen without being verified, or is verified. @param {import("./routes.js").Route} route */
const mayUse = (route) => !needsVerification.value || Boolean(route.unverified || route.open || route.guest);

/** The address after a login or a sign-up, which leads to the code. @param {Match} match */
function afterLogin({ path, query }) {
  if (path !== "/signup" || !needsVerification.value) return nextAddress(query);
  return `/verify?next=${encodeURIComponent(query.get("next") ?? "/")}`;
}

/** Loads the module of the screen; until it is there, the last screen stays. @param {{ match: Match }} props */
function LazyScreen({ match }) {
  const [shown, setShown] = useState(/** @type {{ match: Match, screen: any } | null} */ (null));
  const [failure, setFailure] = useState(/** @type {unknown} */ (null));
  const load = () => {
    let left = false;
    setFailure(null);
    Promise.all([match.route.load(), loadStyles(match.route.styles), loadTexts(match.route.texts)]).then(
      ([module]) => left || setShown({ match, screen: module.default }),
      (error) => left || setFailure(new NetworkError(error)),
    );
    return () => void (left = true);
  };
  useEffect(load, [match.key, match.path, match.route]);

  useLayoutEffect(() => {
    if (!shown) return;
    restoreScroll();
    if (shown.match.by !== "start") document.querySelector("h1")?.focus({ preventScroll: true });
  }, [shown]);

  if (failure) return html`<${Screen} title=${t("common.app")}><${ErrorState} problem=${failure} retry=${() => location.reload()} /><//>`;
  if (!shown) return html`<${Placeholder} />`;
  const { params, key, path } = shown.match;
  const query = shown.match.key === match.key ? match.query : shown.match.query;
  return html`<${Boundary} key=${key + path}><${shown.screen} params=${params} query=${query} fragment=${shown.match.fragment} /><//>`;
}

const Placeholder = () => html`<${Screen} title=${t("common.app")}><${Skeleton} rows=${6} /><//>`;

function Unreachable() {
  return html`<${Screen} title=${t("common.app")}><${ErrorState} problem=${restoreFailure.value} retry=${restore} /><//>`;
}

/** Shows an error of a screen in its place, so that the rest of the page keeps working. */
class Boundary extends Component {
  state = { failure: null };

  static getDerivedStateFromError(/** @type {unknown} */ failure) {
    return { failure };
  }

  /** @param {any} props @param {any} state */
  render({ children }, { failure }) {
    if (!failure) return children;
    console.error(failure);
    return html`<${Screen} title=${t("common.failed_title")} back="/"><${ErrorState} problem=${failure} retry=${() => location.reload()} /><//>`;
  }
}
