// @ts-check
import { Problem } from "campus-api";
import { useEffect } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { usePagedList } from "../../lib/paged_list.js";
import { useSubmit } from "../../lib/submit.js";
import { Button } from "../../ui/button.js";
import { Avatar, Card, ListRow, Time } from "../../ui/elements.js";
import { Form, TextField } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { PagedList } from "../../ui/paged_list.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";

/** @typedef {import("campus-api").Schema<"Friend">} Friend */
/** @typedef {import("campus-api").Schema<"FriendRequest">} FriendRequest */

/** The user's friends, and the requests to and from them. */
export default function Friends() {
  const friends = usePagedList("friends", (cursor, signal) => api.get("/friends", { query: { cursor }, signal }));
  const received = usePagedList("friends:in", (cursor, signal) => api.get("/friends/requests", { query: { direction: "in", cursor }, signal }));
  const sent = usePagedList("friends:out", (cursor, signal) => api.get("/friends/requests", { query: { direction: "out", cursor }, signal }));

  /** @param {FriendRequest} request */
  function onSent(request) {
    if (!request.since) return sent.prepend(request);
    received.remove(request.id);
    friends.prepend({ id: request.id, nickname: nameOf(request), since: request.since });
  }
  const empty = html`<${EmptyState} small icon="users" title=${t("friends.empty_title")} text=${t("friends.empty_text")} />`;
  return html`<${Screen} title=${t("friends.title")} back="/timetable">
    <${AddFriend} onSent=${onSent} />
    <${Requests} list=${received} title=${t("friends.received")} onFriend=${(/** @type {Friend} */ friend) => friends.prepend(friend)} />
    <${Requests} list=${sent} title=${t("friends.outgoing")} />
    <section class="stack-2">
      <h2 class="section-title">${t("friends.list")}</h2>
      <${PagedList} list=${friends} row=${friendRow} empty=${empty} label=${t("friends.list")} />
    </section>
  <//>`;
}

/** The nickname, or of an open request to a user, the login id that was entered. @param {FriendRequest} request */
const nameOf = (request) => request.nickname ?? request.sent_to ?? "";

/** @param {Friend} friend */
function friendRow(friend) {
  return html`<${ListRow}
    href=${`/friends/${friend.id}/timetable`}
    title=${html`<span class="row"><${Avatar} name=${friend.nickname} />${friend.nickname}</span>`}
    aside=${html`<span class="muted small row nums">${t("friends.timetable")}<${Icon} name="forward" size=${18} /></span>`}
  />`;
}

/** @param {{ onSent: (request: FriendRequest) => void }} props */
function AddFriend({ onSent }) {
  const form = useForm({
    initial: { login_id: "" },
    fields: { not_found: "login_id", already_friends: "login_id", already_requested: "login_id" },
    check: ({ login_id }) => ({ login_id: login_id.trim() ? undefined : t("common.required_field") }),
    send: ({ login_id }, idempotencyKey) => api.post("/friends/requests", { body: { login_id: login_id.trim() }, idempotencyKey }),
    onSuccess(request) {
      form.reset();
      onSent(request);
      toast(request.since ? t("friends.now_friends", { nickname: nameOf(request) }) : t("friends.sent"));
    },
  });
  useEffect(() => {
    if (form.problem?.code === "not_found") form.setErrors({ login_id: t("friends.no_such_user") });
  }, [form.problem]);
  return html`<${Card} title=${t("friends.add")}>
    <${Form} form=${form} class="stack-2 add-friend">
      <div class="add-friend-row">
        <${TextField} form=${form} name="login_id" label=${t("friends.login_id")} hint=${t("friends.login_id_hint")} maxlength="60"
          autocomplete="off" autocapitalize="off" spellcheck=${false} />
        <${Button} kind="primary" icon="user-plus" type="submit" busy=${form.busy}>${t("friends.send")}<//>
      </div>
    <//>
  <//>`;
}

/**
 * Open requests of one direction; nothing if there are none.
 *
 * @param {object} props
 * @param {import("../../lib/paged_list.js").PagedListState<FriendRequest>} props.list
 * @param {string} props.title
 * @param {(friend: Friend) => void} [props.onFriend] For received requests: called when one is accepted.
 */
function Requests({ list, title, onFriend }) {
  if (list.items.length === 0) return null;
  return html`<section class="stack-2">
    <h2 class="section-title">${title}</h2>
    <ul class="card list" aria-label=${title}>
      ${list.items.map((request) => {
        const onRemove = () => list.remove(request.id);
        return html`<li key=${request.id}><${RequestRow} request=${request} onFriend=${onFriend} onRemove=${onRemove} /></li>`;
      })}
    </ul>
    ${!list.complete &&
    html`<${Button} small busy=${list.status === "loading"} onClick=${list.status === "failed" ? list.retry : list.more}>${t("common.more")}<//>`}
  </section>`;
}

/**
 * @param {object} props
 * @param {FriendRequest} props.request
 * @param {() => void} props.onRemove
 * @param {(friend: Friend) => void} [props.onFriend]
 */
function RequestRow({ request, onRemove, onFriend }) {
  const { id } = request;
  const nickname = nameOf(request);
  const isReceived = request.direction === "in";
  const onFailure = (/** @type {unknown} */ failure, /** @type {() => void} */ retry) => {
    toastFailure(failure, retry);
    // The other side has withdrawn the request.
    if (failure instanceof Problem && failure.status === 404) onRemove();
  };
  const accept = useSubmit((/** @type {string} */ id, idempotencyKey) => api.post("/friends/requests/{id}/accept", { path: { id }, idempotencyKey }), {
    onSuccess(friend) {
      onRemove();
      onFriend?.(friend);
      toast(t("friends.now_friends", { nickname }));
    },
    onFailure,
  });
  const remove = useSubmit((/** @type {string} */ id) => api.delete("/friends/requests/{id}", { path: { id } }), {
    onSuccess() {
      onRemove();
      toast(t(isReceived ? "friends.declined" : "friends.withdrawn"));
    },
    onFailure,
  });
  const removeText = t(isReceived ? "friends.decline" : "friends.withdraw");
  const removeLabel = t(isReceived ? "friends.decline_label" : "friends.withdraw_label", { nickname });
  return html`<div class="list-row request-row">
    <${Avatar} name=${nickname} />
    <span class="grow"><span class="list-row-title">${nickname}</span><span class="list-row-text entry-line"><${Time} iso=${request.created_at} /></span></span>
    <span class="row">
      <${Button} small busy=${remove.busy} aria-label=${removeLabel} onClick=${() => remove.run(id)}>${removeText}<//>
      ${isReceived &&
      html`<${Button} small kind="primary" busy=${accept.busy} aria-label=${t("friends.accept_label", { nickname })} onClick=${() => accept.run(id)}>
        ${t("friends.accept")}
      <//>`}
    </span>
  </div>`;
}
