"""What the requests of .ci/schemathesis need beside the OpenAPI document: a token, things that are there, and the rules
that no schema can tell.
"""

import atexit
import hashlib
import json
import os
import random
import re
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies
import schemathesis
from schemathesis import AuthContext, Case, GenerationMode, HookContext, Response
from schemathesis.openapi.checks import RejectedPositiveData

BASE = os.environ["CAMPUS_URL"]
REPORT = Path(os.environ["CAMPUS_REPORT"])
# Who sends the requests, and who else is there; without, nobody is logged in.
LOGIN, OTHER = os.environ.get("CAMPUS_LOGIN"), os.environ.get("CAMPUS_OTHER", "")
PASSWORD = "gaon-maru-2026!"

# How long a token is used, and how often things are made anew that others have deleted, in seconds.
TOKEN_LIFE = 300
RESTOCKED_EVERY = 3

# How many of ten ids are of things that are there, where an id is what the document asks for.
KNOWN_OF_TEN = 8

# The semester of the demo data.
SEMESTER = "2026-2"

Json = Any
Strategy = hypothesis.strategies.SearchStrategy[str]

# Where the things are that fields of bodies name.
NAMED_IN_BODIES = {
    "school_id": "/schools",
    "lecture_id": "/lectures",
    "post_id": "/posts",
    "comment_id": "/comments",
    "parent_id": "/comments",
}

# What a request that the document allows may yet be refused for: each is a rule about more than one value, about what
# is there, or about the day, so no schema can tell it.
BEYOND_SCHEMAS = {
    "anonymity_forbidden": "depends on the board",
    "anonymity_required": "depends on the board",
    "common_password": "depends on a list of words",
    "same_as_login_id": "compares two fields",
    "ends_before_start": "compares two fields",
    "overlapping": "compares two slots",
    "from_catalogue": "depends on what the entry is",
    "other_semester": "depends on the lecture",
    "no_such_thing": "depends on what is there",
    "not_uploaded": "depends on what was uploaded",
    "own_content": "depends on who wrote it",
    "oneself": "depends on who asks",
    "reply_to_reply": "depends on the comment",
    "idempotency_key_reused": "depends on earlier requests",
    "too_short": "counts characters once they are composed and trimmed",
    "too_long": "counts characters once they are folded",
    "admission_year out_of_range": "depends on the day",
    "invalid_cursor": "a cursor is sealed, so nobody but the service makes one",
}


def without_private(from_regex: Callable[..., Strategy]) -> Callable[..., Strategy]:
    """Draws text without private characters by an alphabet instead of by a class of them all, which has 137,000 and
    takes seconds wherever a field has a pattern.
    """
    private = re.compile(r"\\ue000-\\uf8ff|\\U000f0000-\\U0010ffff", re.IGNORECASE)
    usual = hypothesis.strategies.characters(codec="utf-8", exclude_categories=("Co", "Cn"))

    def from_shorter(regex: str | re.Pattern[str], **options: Any) -> Strategy:
        whole = re.compile(regex)
        shorter = re.compile(private.sub("", whole.pattern), whole.flags)
        if shorter == whole:
            return from_regex(regex, **options)
        return from_regex(shorter, **options | {"alphabet": usual}).filter(whole.search)

    return from_shorter


hypothesis.strategies.from_regex = without_private(hypothesis.strategies.from_regex)


class Client:
    """A student of the demo data."""

    def __init__(self, login: str) -> None:
        self.login = login
        self.token = ""
        self.until = 0.0

    def authorization(self) -> str:
        """What shows who it is; logs in where the last token is too old."""
        if time.monotonic() > self.until:
            account = {"login_id": self.login, "password": PASSWORD}
            self.token = send("POST", "/auth/login", account)["access_token"]
            self.until = time.monotonic() + TOKEN_LIFE
        return f"Bearer {self.token}"

    def ask(self, method: str, path: str, body: Json = None) -> Json:
        """The answer, or nothing where it is refused: others may have deleted what it is about."""
        try:
            return send(method, path, body, {"Authorization": self.authorization()})
        except urllib.error.HTTPError as error:
            if error.code == 401:
                self.until = 0.0
            return {}

    def items(self, path: str) -> list[Json]:
        """What a list has on its first page."""
        return self.ask("GET", path).get("items", [])


def send(method: str, path: str, body: Json = None, headers: dict[str, str] | None = None) -> Json:
    """Sends a request that has to succeed, and gives its answer."""
    headers = {"Content-Type": "application/json"} | (headers or {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if text else {}


class Stock:
    """Ids of things that are there, by the path under which they are."""

    def __init__(self, sender: Client, other: Client) -> None:
        self.sender, self.other = sender, other
        self.ids: dict[str, list[str]] = defaultdict(list)
        self.entries: list[tuple[str, str]] = []
        self.made = 0
        self.until = 0.0

    def keep(self) -> None:
        """Makes new things and forgets the old ones, when it is time to."""
        if time.monotonic() > self.until:
            self.ids.clear()
            self.note("/schools", *self.sender.items("/schools?limit=1"))
            self.write()
            self.plan()
            self.until = time.monotonic() + RESTOCKED_EVERY

    def note(self, path: str, *things: Json) -> None:
        """Remembers the ids of things."""
        self.ids[path] += [thing["id"] for thing in things if "id" in thing]

    def write(self) -> None:
        """Posts, comments and messages of both."""
        self.made += 1
        board = {"category": "기타", "name": f"게시판 {os.getpid()} {self.made}"}
        board = self.other.ask("POST", "/boards", board) or next(iter(self.other.items("/boards")), {})
        self.note("/boards", board, *self.sender.items("/boards?limit=5"))
        for writer in (self.other, self.sender):
            text = {"title": "글", "content": f"본문 {self.made}", "is_anonymous": writer is self.other}
            post = writer.ask("POST", f"/boards/{board.get('id')}/posts", text)
            comment = {"content": "댓글", "is_anonymous": True}
            for commenter in (self.other, self.sender):
                self.note("/comments", commenter.ask("POST", f"/posts/{post.get('id')}/comments", comment))
            self.note("/posts", post)
            message = {"post_id": post.get("id"), "content": "쪽지"}
            self.note("/messages", self.sender.ask("POST", "/messages", message))

    def plan(self) -> None:
        """Timetables, reviews and friends of the sender."""
        lectures = self.sender.items(f"/lectures?semester={SEMESTER}&limit=5")
        self.note("/lectures", *lectures)
        timetables = self.sender.items(f"/timetables?semester={SEMESTER}")
        self.note("/timetables", *timetables)
        if not any(timetable["entries"] for timetable in timetables):
            new = self.sender.ask("POST", "/timetables", {"semester": SEMESTER, "name": f"계획 {self.made}"})
            timetables.append(self.sender.ask("GET", f"/timetables/{new.get('id')}"))
        self.entries = [
            (timetable["id"], entry["id"]) for timetable in timetables for entry in timetable.get("entries", [])
        ]
        for timetable, lecture in zip(timetables[:1], random.sample(lectures, min(1, len(lectures)))):
            self.sender.ask("POST", f"/timetables/{timetable.get('id')}/entries", {"lecture_id": lecture["id"]})
            own = {"title": "동아리", "slots": [{"day": "sun", "start": "18:00", "end": "20:00"}]}
            self.sender.ask("POST", f"/timetables/{timetable.get('id')}/entries", own)
            share = self.sender.ask("POST", f"/timetables/{timetable.get('id')}/share")
            self.ids["/shared-timetables"] += [share["token"]] if "token" in share else []
        for lecture in lectures:
            self.note("/reviews", *self.sender.items(f"/lectures/{lecture['id']}/reviews"))
        self.other.ask("POST", "/friends/requests", {"login_id": self.sender.login})
        self.note("/friends", *self.sender.items("/friends"))
        self.note("/friends/requests", *self.sender.items("/friends/requests"))

    def fill(self, path: str, parameters: dict[str, Json], dice: random.Random) -> None:
        """Puts ids of things that are there into the path."""
        if "entry_id" in parameters and self.entries:
            parameters["id"], parameters["entry_id"] = dice.choice(self.entries)
            return
        for name in parameters:
            parameters[name] = self.pick(path.partition("/{")[0], dice) or parameters[name]

    def pick(self, path: str, dice: random.Random) -> str | None:
        """One of the ids of things that are there, if there are any."""
        return dice.choice(self.ids[path]) if self.ids[path] else None


def newcomer() -> str:
    """The token of somebody who has just signed up."""
    name = uuid.uuid4().hex[:10]
    (school,) = send("GET", "/schools?limit=1")["items"]
    account = {"school_id": school["id"], "login_id": name, "password": PASSWORD, "email": f"{name}@gaon.example"}
    return send("POST", "/auth/signup", account | {"nickname": name, "admission_year": 2026})["access_token"]


SENDER, OTHERS = Client(LOGIN or ""), Client(OTHER)
STOCK = Stock(SENDER, OTHERS)
CURSORS: dict[str, list[str]] = defaultdict(list)
ANSWERS: Counter[tuple[str, int]] = Counter()
PASSED: Counter[str] = Counter()

if LOGIN:

    @schemathesis.auth(refresh_interval=TOKEN_LIFE)
    class Token:
        """The token of the sender: it lives for ten minutes, and a request may end its session."""

        def get(self, case: Case, context: AuthContext) -> str:
            """Logs in."""
            SENDER.until = 0.0
            return SENDER.authorization()

        def set(self, case: Case, data: str, context: AuthContext) -> None:
            """Shows it with the request."""
            case.headers["Authorization"] = data


def is_good(case: Case, part: str) -> bool:
    """Whether a part of the request is as the document asks for it."""
    components = case.meta.components if case.meta else {}
    return all(info.mode == GenerationMode.POSITIVE for place, info in components.items() if place.value == part)


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Json]) -> None:
    """Has a good request name what is there, ask for a page that there is, and repeat no other one's key."""
    if not LOGIN or case.meta is None:
        return
    STOCK.keep()
    seen = json.dumps([case.operation.label, case.path_parameters, case.body], default=str, sort_keys=True)
    dice = random.Random(seen)
    is_linked = case.meta.phase.name.value == "stateful"
    if case.path_parameters and is_good(case, "path") and not is_linked and dice.randrange(10) < KNOWN_OF_TEN:
        STOCK.fill(case.operation.path, case.path_parameters, dice)
    if isinstance(case.body, dict) and is_good(case, "body") and not is_linked:
        for name, path in NAMED_IN_BODIES.items():
            if isinstance(case.body.get(name), str):
                case.body[name] = STOCK.pick(path, dice) or case.body[name]
        if isinstance(case.body.get("admission_year"), int):
            case.body["admission_year"] = 1950 + case.body["admission_year"] % 70
    is_own = case.headers is not None and case.headers.get("Authorization") == f"Bearer {SENDER.token}"
    if case.operation.label == "DELETE /auth/me" and is_good(case, "body") and is_own:
        # The sender is still needed.
        case.body["password"] = PASSWORD
        case.headers["Authorization"] = f"Bearer {newcomer()}"
    if case.query and "semester" in case.query and is_good(case, "query") and dice.randrange(10) < KNOWN_OF_TEN:
        case.query["semester"] = SEMESTER
    if case.query and "cursor" in case.query and is_good(case, "query"):
        known = CURSORS[case.formatted_path]
        if known:
            case.query["cursor"] = dice.choice(known)
        else:
            del case.query["cursor"]
    if case.headers and "Idempotency-Key" in case.headers and is_good(case, "header"):
        sent = json.dumps([case.operation.label, case.formatted_path, case.body], default=str, sort_keys=True)
        case.headers["Idempotency-Key"] = hashlib.sha256(sent.encode(errors="replace")).hexdigest()


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    """Remembers where lists go on, and counts."""
    ANSWERS[case.operation.label, response.status_code] += 1
    if response.status_code == 200 and b'"next_cursor"' in response.content:
        cursor = json.loads(response.content).get("next_cursor")
        if cursor:
            CURSORS[case.formatted_path] = [cursor, *CURSORS[case.formatted_path][:2]]


def report() -> None:
    """Tells the script that started all this what was answered and what was let pass."""
    answers = [[operation, status, count] for (operation, status), count in sorted(ANSWERS.items())]
    REPORT.write_text(json.dumps({"answers": answers, "passed": PASSED}), encoding="utf-8")


atexit.register(report)


@schemathesis.hook
def filter_failure(context: HookContext, failure: Exception, case: Case, response: Response) -> bool:
    """Whether it is a failure: not where a good request runs into a rule that no schema can tell."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    problem = json.loads(response.content)
    for error in problem.get("errors", [{"field": "", "code": problem["code"]}]):
        if error["code"] not in BEYOND_SCHEMAS and f"{error['field']} {error['code']}" not in BEYOND_SCHEMAS:
            return True
        PASSED[error["code"]] += 1
    return False
