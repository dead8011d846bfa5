"""The hooks of the script schemathesis. They supply what the OpenAPI document cannot: access tokens, ids of
existing resources, and the rules that a schema cannot express.

schemathesis loads this module. It writes a report for the script when it exits.
"""

import atexit
import hashlib
import json
import os
import random
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import AuthContext, Case, GenerationMode, HookContext, Response
from schemathesis.openapi.checks import RejectedPositiveData

BASE = os.environ["CAMPUS_URL"]
REPORT = Path(os.environ["CAMPUS_REPORT"])
# The login ids of the sender of the requests and of another student. Without them, requests have no token.
LOGIN, OTHER = os.environ.get("CAMPUS_LOGIN"), os.environ.get("CAMPUS_OTHER", "")
PASSWORD = "gaon-maru-2026!"

# In seconds: how long to use a token, and how often to create new resources in place of those that requests deleted.
TOKEN_LIFETIME = 300
REFRESH_INTERVAL = 3

# Of ten valid ids in requests, the number that belong to existing resources.
EXISTING_OF_TEN = 8

# The semester of the demo data.
SEMESTER = "2026-2"

Json = Any

# The collections to which the id fields of request bodies refer.
IDS_IN_BODIES = {
    "school_id": "/schools",
    "lecture_id": "/lectures",
    "post_id": "/posts",
    "comment_id": "/comments",
    "parent_id": "/comments",
}

# The operations after which the student can no longer log in with the password, and the field with the password.
PASSWORD_FIELDS = {"DELETE /auth/me": "password", "PUT /auth/me/password": "current_password"}

# Error codes with which the service may reject a request that matches the schema. Each rule involves several values,
# existing data or the current date, so a schema cannot express it.
BEYOND_SCHEMAS = {
    "anonymity_forbidden": "depends on the board",
    "anonymity_required": "depends on the board",
    "common_password": "depends on a list of words",
    "reserved_nickname": "depends on a list of names",
    "same_as_login_id": "compares two fields",
    "ends_before_start": "compares two fields",
    "overlapping": "compares two slots",
    "from_catalogue": "depends on the kind of the entry",
    "other_semester": "depends on the lecture",
    "no_such_thing": "depends on existing data",
    "not_uploaded": "depends on earlier uploads",
    "own_content": "depends on the author",
    "oneself": "depends on the sender",
    "reply_to_reply": "depends on the comment",
    "idempotency_key_reused": "depends on earlier requests",
    "too_short": "counts characters after normalization and trimming",
    "too_long": "counts characters after normalization and case folding",
    "admission_year out_of_range": "depends on the current date",
    "invalid_characters": "the document describes the allowed characters in words, because their pattern is very long",
    "invalid_cursor": "only the service can create a cursor, because cursors are encrypted",
}


class Client:
    """A demo student."""

    def __init__(self, login: str) -> None:
        self.login = login
        self.token = ""
        self.until = 0.0

    def authorization(self) -> str:
        """The value of the Authorization header. Logs in if the last token is too old."""
        if time.monotonic() > self.until:
            account = {"login_id": self.login, "password": PASSWORD}
            self.token = send("POST", "/auth/login", account)["access_token"]
            self.until = time.monotonic() + TOKEN_LIFETIME
        return f"Bearer {self.token}"

    def call(self, method: str, path: str, body: Json = None) -> Json:
        """Sends a request and returns the response body, or {} for an error.

        Errors are expected, because a test request may have deleted the resource.
        """
        try:
            return send(method, path, body, {"Authorization": self.authorization()})
        except urllib.error.HTTPError as error:
            if error.code == 401:
                self.until = 0.0
            return {}

    def items(self, path: str) -> list[Json]:
        """The first page of a list."""
        return self.call("GET", path).get("items", [])


def send(method: str, path: str, body: Json = None, headers: dict[str, str] | None = None) -> Json:
    """Sends a request and returns the response body. Raises `HTTPError` if the request does not succeed."""
    headers = {"Content-Type": "application/json"} | (headers or {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as response:
        text = response.read()
    return json.loads(text) if text else {}


class Resources:
    """The ids of existing resources by the path of their collection."""

    def __init__(self, sender: Client, other: Client) -> None:
        self.sender, self.other = sender, other
        self.ids: dict[str, list[str]] = defaultdict(list)
        self.entries: list[tuple[str, str]] = []
        self.count = 0
        self.until = 0.0

    def refresh(self) -> None:
        """Replaces all ids by those of new resources if the interval has passed."""
        if time.monotonic() > self.until:
            self.ids.clear()
            self.add("/schools", *self.sender.items("/schools?limit=1"))
            self.create_content()
            self.create_timetables()
            self.until = time.monotonic() + REFRESH_INTERVAL

    def add(self, path: str, *items: Json) -> None:
        """Adds the ids of the items."""
        self.ids[path] += [item["id"] for item in items if "id" in item]

    def create_content(self) -> None:
        """Creates a board, and posts, comments and messages of both students."""
        self.count += 1
        board = {"category": "기타", "name": f"게시판 {os.getpid()} {self.count}"}
        board = self.other.call("POST", "/boards", board) or next(iter(self.other.items("/boards")), {})
        self.add("/boards", board, *self.sender.items("/boards?limit=5"))
        for writer in (self.other, self.sender):
            text = {"title": "글", "content": f"본문 {self.count}", "is_anonymous": writer is self.other}
            post = writer.call("POST", f"/boards/{board.get('id')}/posts", text)
            comment = {"content": "댓글", "is_anonymous": True}
            for commenter in (self.other, self.sender):
                self.add("/comments", commenter.call("POST", f"/posts/{post.get('id')}/comments", comment))
            self.add("/posts", post)
            message = {"post_id": post.get("id"), "content": "쪽지"}
            self.add("/messages", self.sender.call("POST", "/messages", message))

    def create_timetables(self) -> None:
        """Creates timetables with entries and a friend request, and adds lectures, reviews and friends."""
        lectures = self.sender.items(f"/lectures?semester={SEMESTER}&limit=5")
        self.add("/lectures", *lectures)
        timetables = self.sender.items(f"/timetables?semester={SEMESTER}")
        self.add("/timetables", *timetables)
        if not any(timetable["entries"] for timetable in timetables):
            new = self.sender.call("POST", "/timetables", {"semester": SEMESTER, "name": f"계획 {self.count}"})
            timetables.append(self.sender.call("GET", f"/timetables/{new.get('id')}"))
        self.entries = [
            (timetable["id"], entry["id"]) for timetable in timetables for entry in timetable.get("entries", [])
        ]
        for timetable, lecture in zip(timetables[:1], random.sample(lectures, min(1, len(lectures)))):
            self.sender.call("POST", f"/timetables/{timetable.get('id')}/entries", {"lecture_id": lecture["id"]})
            custom = {"title": "동아리", "slots": [{"day": "sun", "start": "18:00", "end": "20:00"}]}
            self.sender.call("POST", f"/timetables/{timetable.get('id')}/entries", custom)
            share = self.sender.call("POST", f"/timetables/{timetable.get('id')}/share")
            self.ids["/shared-timetables"] += [share["token"]] if "token" in share else []
        for lecture in lectures:
            self.add("/reviews", *self.sender.items(f"/lectures/{lecture['id']}/reviews"))
            self.add("/exam-infos", *self.sender.items(f"/lectures/{lecture['id']}/exam-infos"))
        self.other.call("POST", "/friends/requests", {"login_id": self.sender.login})
        self.add("/friends", *self.sender.items("/friends"))
        self.add("/friends/requests", *self.sender.items("/friends/requests"))

    def fill(self, path: str, parameters: dict[str, Json], rng: random.Random) -> None:
        """Replaces the path parameters by ids of existing resources."""
        if "entry_id" in parameters and self.entries:
            parameters["id"], parameters["entry_id"] = rng.choice(self.entries)
            return
        for name in parameters:
            parameters[name] = self.pick(path.partition("/{")[0], rng) or parameters[name]

    def pick(self, path: str, rng: random.Random) -> str | None:
        """A random id of an existing resource in the collection, or `None`."""
        return rng.choice(self.ids[path]) if self.ids[path] else None


def token_of_new_student() -> str:
    """Signs up a student and returns the access token."""
    name = uuid.uuid4().hex[:10]
    (school,) = send("GET", "/schools?limit=1")["items"]
    account = {"school_id": school["id"], "login_id": name, "password": PASSWORD, "email": f"{name}@gaon.example"}
    return send("POST", "/auth/signup", account | {"nickname": name, "admission_year": 2026})["access_token"]


SENDER = Client(LOGIN or "")
RESOURCES = Resources(SENDER, Client(OTHER))
CURSORS: dict[str, list[str]] = defaultdict(list)
# Responses by operation and status, and accepted rejections by error code.
RESPONSES: Counter[tuple[str, int]] = Counter()
ACCEPTED: Counter[str] = Counter()

if LOGIN:

    @schemathesis.auth(refresh_interval=TOKEN_LIFETIME)
    class Token:
        """The access token of the sender. It expires after ten minutes, and a request may end its session."""

        def get(self, case: Case, context: AuthContext) -> str:
            """Logs in and returns the value of the Authorization header."""
            SENDER.until = 0.0
            return SENDER.authorization()

        def set(self, case: Case, data: str, context: AuthContext) -> None:
            """Sets the Authorization header of the request."""
            case.headers["Authorization"] = data


def is_valid(case: Case, part: str) -> bool:
    """Whether schemathesis generated this part of the request to match the schema."""
    components = case.meta.components if case.meta else {}
    return all(info.mode == GenerationMode.POSITIVE for location, info in components.items() if location.value == part)


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Json]) -> None:
    """Makes a valid request use existing resources, a real cursor, and an idempotency key of no other request."""
    if not LOGIN or case.meta is None:
        return
    RESOURCES.refresh()
    generated = json.dumps([case.operation.label, case.path_parameters, case.body], default=str, sort_keys=True)
    rng = random.Random(generated)
    is_linked = case.meta.phase.name.value == "stateful"
    if case.path_parameters and is_valid(case, "path") and not is_linked and rng.randrange(10) < EXISTING_OF_TEN:
        RESOURCES.fill(case.operation.path, case.path_parameters, rng)
    if isinstance(case.body, dict) and is_valid(case, "body") and not is_linked:
        for name, path in IDS_IN_BODIES.items():
            if isinstance(case.body.get(name), str):
                case.body[name] = RESOURCES.pick(path, rng) or case.body[name]
        if isinstance(case.body.get("admission_year"), int):
            case.body["admission_year"] = 1950 + case.body["admission_year"] % 70
    uses_sender_token = case.headers is not None and case.headers.get("Authorization") == f"Bearer {SENDER.token}"
    password_field = PASSWORD_FIELDS.get(case.operation.label)
    if password_field and is_valid(case, "body") and uses_sender_token:
        # Withdraws a new student or changes that student's password, because later requests need the sender.
        case.body[password_field] = PASSWORD
        case.headers["Authorization"] = f"Bearer {token_of_new_student()}"
    if case.query and "semester" in case.query and is_valid(case, "query") and rng.randrange(10) < EXISTING_OF_TEN:
        case.query["semester"] = SEMESTER
    if case.query and "cursor" in case.query and is_valid(case, "query"):
        known = CURSORS[case.formatted_path]
        if known:
            case.query["cursor"] = rng.choice(known)
        else:
            del case.query["cursor"]
    if case.headers and "Idempotency-Key" in case.headers and is_valid(case, "header"):
        sent = json.dumps([case.operation.label, case.formatted_path, case.body], default=str, sort_keys=True)
        case.headers["Idempotency-Key"] = hashlib.sha256(sent.encode(errors="replace")).hexdigest()


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    """Counts the response and remembers the pagination cursor."""
    RESPONSES[case.operation.label, response.status_code] += 1
    if response.status_code == 200 and b'"next_cursor"' in response.content:
        cursor = json.loads(response.content).get("next_cursor")
        if cursor:
            CURSORS[case.formatted_path] = [cursor, *CURSORS[case.formatted_path][:2]]


def report() -> None:
    """Writes the report for the script schemathesis."""
    responses = [[operation, status, count] for (operation, status), count in sorted(RESPONSES.items())]
    REPORT.write_text(json.dumps({"responses": responses, "accepted": ACCEPTED}), encoding="utf-8")


atexit.register(report)


@schemathesis.hook
def filter_failure(context: HookContext, failure: Exception, case: Case, response: Response) -> bool:
    """Whether to report the failure. A valid request may violate a rule in `BEYOND_SCHEMAS`."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    problem = json.loads(response.content)
    for error in problem.get("errors", [{"field": "", "code": problem["code"]}]):
        if error["code"] not in BEYOND_SCHEMAS and f"{error['field']} {error['code']}" not in BEYOND_SCHEMAS:
            return True
        ACCEPTED[error["code"]] += 1
    return False
