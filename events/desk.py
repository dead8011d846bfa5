"""What the scripts of this folder share: processes, `campus dev` with the students who use it, the events, and the
functions under the emulator of Lambda's runtime.
"""

import base64
import http.client
import json
import os
import platform
import re
import secrets
import signal
import socket
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

EVENTS = Path(__file__).resolve().parent
ROOT = EVENTS.parent
TARGET = ROOT / "target"
TOOLS = TARGET / "ci-tools"
CAMPUS = TARGET / "debug" / "campus"

DEMO_LOGIN = {"login_id": "maru", "password": "gaon-maru-2026!"}
OTHERS_DEMO_LOGIN = DEMO_LOGIN | {"login_id": "narae"}

# How long to wait for things, in seconds.
BUILD_TIMEOUT = 3600
INSTALL_TIMEOUT = 900
START_TIMEOUT = 60
REQUEST_TIMEOUT = 20
STOP_TIMEOUT = 60

# The order of the events: what reads finds what others have written, and what deletes comes last.
METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE")

# A command line; and what JSON can be, which no type of Python tells better.
Command = Sequence[str | Path]
Json = Any


class Failure(Exception):
    """Why the events cannot be compared at all."""


@dataclass
class Answer:
    """What a request was answered, with header names in lower case."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Event:
    """A file of this folder: an event with placeholders in it."""

    name: str
    text: str
    method: str
    # What makes another event of it, once it is filled.
    change: Callable[[Json], None] = lambda event: None

    @classmethod
    def read(cls, file: Path) -> Self:
        """Reads the file."""
        text = file.read_text(encoding="utf-8")
        try:
            method = json.loads(text)["requestContext"]["http"]["method"]
        except (ValueError, KeyError, TypeError):
            raise Failure(f"{file.name} is no event of the gateway") from None
        if method not in METHODS:
            raise Failure(f"{file.name} has the method {method}, which is not one of {METHODS}")
        return cls(file.stem, text, method)

    @property
    def function(self) -> str:
        """The function that the event is for."""
        return self.name.partition("-")[0]

    @property
    def writes(self) -> bool:
        """Whether the request may change something."""
        return self.method != "GET"

    def filled(self, values: dict[str, str]) -> Json:
        """The event, with the values in the place of the placeholders."""
        unknown = set(re.findall(r"\$\{(\w+)\}", self.text)) - values.keys()
        if unknown:
            raise Failure(f"there is no value for {', '.join(sorted(unknown))}")
        event = json.loads(re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], self.text))
        self.change(event)
        return event


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keeps signals waiting, so that what has begun to stop is stopped."""
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def started(command: Command, **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Runs a command as a group of processes of its own, and ends the group afterwards.

    The function that an emulator runs is in yet another group: it ends with its emulator.
    """
    options |= {"stdin": subprocess.DEVNULL, "start_new_session": True}
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        with undisturbed():
            for kind in (signal.SIGTERM, signal.SIGKILL):
                if process.poll() is None:
                    os.killpg(process.pid, kind)
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(STOP_TIMEOUT)


def run(command: Command, timeout: float, **options: Any) -> str:
    """Runs a command to its end, and returns what it printed."""
    shown = " ".join(map(str, command))
    with started(command, stdout=subprocess.PIPE, text=True, **options) as process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"{shown}: not done after {timeout} s") from None
    if process.returncode != 0:
        raise Failure(f"{shown}: ended with status {process.returncode}\n{output}")
    return output


@contextmanager
def serving(
    command: Command, log: Path, ready: Callable[[], bool], **options: Any
) -> Iterator[int]:
    """Runs a server that prints to the log, and gives its process once it is ready."""
    with log.open("wb") as output, started(
        command, stdout=output, stderr=subprocess.STDOUT, **options
    ) as process:
        deadline = time.monotonic() + START_TIMEOUT
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-2000:]
                raise Failure(f"{command[0]} did not start; its log ends so:\n{tail}")
            time.sleep(0.1)
        yield process.pid


def process_of(binary: Path) -> Path:
    """Where the system tells of the process of this binary."""
    for process in Path("/proc").glob("[0-9]*"):
        # It may end in between, or be somebody else's.
        with suppress(OSError):
            if os.readlink(process / "exe") == str(binary.resolve()):
                return process
    raise Failure(f"no process runs {binary}")


def processor_time(binary: Path) -> float:
    """The processor time that the process of this binary has taken so far, in milliseconds."""
    threads = (process_of(binary) / "task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses, all of them different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def is_open(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def install_emulator() -> Path:
    """The emulator, which comes with SAM; installed as the gate does it, if it is missing."""
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    pattern = f"lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}"
    python = TOOLS / "bin" / "python"
    if not any(TOOLS.glob(pattern)):
        gate = (ROOT / ".ci" / "run").read_text()
        version = re.search(r"^sam_version=(\S+)$", gate, re.MULTILINE)
        if version is None:
            raise Failure(".ci/run names no sam_version")
        if not python.exists():
            run([sys.executable, "-m", "venv", TOOLS], INSTALL_TIMEOUT)
        quietly = ("--quiet", "--disable-pip-version-check")
        package = f"aws-sam-cli=={version[1]}"
        run([python, "-m", "pip", "install", *quietly, package], INSTALL_TIMEOUT)
    for emulator in TOOLS.glob(pattern):
        return emulator
    raise Failure(f"aws-sam-cli has no emulator for {machine}")


def build(*arguments: str) -> None:
    """Builds something of the workspace."""
    command = ["cargo", "build", "--locked", *arguments]
    run(command, BUILD_TIMEOUT, cwd=ROOT, env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)})


def build_functions(functions: Iterable[str]) -> None:
    """Builds the functions with the profile with which they are deployed."""
    build("--release", *(part for name in functions for part in ("-p", f"campus-{name}")))


def tool_in(folder: Path, name: str, package: str, version: str) -> Path:
    """A command of a Python package, installed into the folder if this version of it is not there."""
    python, command = folder / "bin" / "python", folder / "bin" / name
    # It is asked itself: a folder that was left half done does not answer.
    if not command.exists() or version not in run([command, "--version"], INSTALL_TIMEOUT).split():
        run([sys.executable, "-m", "venv", "--clear", folder], INSTALL_TIMEOUT)
        quietly = ("--quiet", "--disable-pip-version-check")
        run([python, "-m", "pip", "install", *quietly, f"{package}=={version}"], INSTALL_TIMEOUT)
    return command


def build_desk() -> None:
    """Builds the service for the desk."""
    build("-p", "campus")


def functions_of_workspace() -> list[str]:
    """The names of all functions."""
    return sorted(manifest.parent.name for manifest in ROOT.glob("functions/*/Cargo.toml"))


def all_events() -> list[Event]:
    """The events of this folder, in the order in which they are to be sent."""
    events = [Event.read(file) for file in sorted(EVENTS.glob("*.json"))]
    return sorted(events, key=lambda event: METHODS.index(event.method))


def send(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
    """Sends a request to a server on this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_TIMEOUT)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, received, response.read().decode())
    except (OSError, http.client.HTTPException) as error:
        raise Failure(f"{method} {path} on port {port}: {error!r}") from error
    finally:
        connection.close()


def body_of(event: Json) -> bytes | None:
    """The body of the request that the event tells of."""
    body = event.get("body")
    if body is None:
        return None
    return base64.b64decode(body, validate=True) if event["isBase64Encoded"] else body.encode()


def send_as_request(port: int, event: Json) -> Answer:
    """Sends the request that the event tells of, as its client did."""
    # The gateway decodes paths, but not queries.
    target = quote(event["rawPath"])
    if event["rawQueryString"]:
        target += "?" + event["rawQueryString"]
    own = ("host", "content-length")
    headers = {name: value for name, value in event["headers"].items() if name not in own}
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    return send(port, event["requestContext"]["http"]["method"], target, headers, body_of(event))


def send_as_event(port: int, event: Json) -> Answer:
    """Sends the event to a function, as the gateway does; anything else than an event as well."""
    path = "/2015-03-31/functions/function/invocations"
    answer = send(port, "POST", path, {}, json.dumps(event).encode())
    result = json.loads(answer.body) if answer.status == 200 else {}
    if not isinstance(result, dict) or "statusCode" not in result:
        raise Failure(f"the function failed: {answer.status} {answer.body}")
    body = result.get("body") or ""
    if result.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    headers = {name.lower(): value for name, value in (result.get("headers") or {}).items()}
    if result.get("cookies"):
        headers["set-cookie"] = ", ".join(result["cookies"])
    return Answer(result["statusCode"], headers, body)


@dataclass
class Desk:
    """`campus dev` with the demo data, and two of its students: one who sends, and another one."""

    process: int
    data: Path
    port: int
    media_port: int
    database_port: int
    token: str = ""
    others_token: str = ""
    values: dict[str, str] = field(default_factory=dict)
    spare: str = ""

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body: Json = None, token: str | None = None) -> Json:
        """Sends a request that has to succeed, and returns the answer's body."""
        headers = {"content-type": "application/json"}
        if token or self.token:
            headers["authorization"] = f"Bearer {token or self.token}"
        content = json.dumps(body).encode() if body else None
        answer = send(self.port, method, path, headers, content)
        if not 200 <= answer.status < 300:
            raise Failure(f"{method} {path}: {answer.status} {answer.body}")
        return json.loads(answer.body) if answer.body else None

    def log_in(self) -> None:
        """Logs the students in: a token lives for ten minutes."""
        self.others_token = self.call("POST", "/auth/login", OTHERS_DEMO_LOGIN)["access_token"]
        self.token = self.call("POST", "/auth/login", DEMO_LOGIN)["access_token"]
        self.values["ACCESS_TOKEN"] = self.token

    def enter(self) -> None:
        """Logs the students in, and picks a school, a board, a post and a timetable for the placeholders."""
        self.log_in()
        school = self.call("GET", "/schools")["items"][0]["id"]
        for board in self.call("GET", "/boards?limit=50")["items"]:
            posts = self.call("GET", f"/boards/{board['id']}/posts")["items"]
            if len(posts) > 1:
                self.values |= {
                    "SCHOOL_ID": school,
                    "BOARD_ID": board["id"],
                    "POST_ID": posts[0]["id"],
                    "THREAD_ID": self.call("GET", "/messages")["items"][0]["id"],
                }
                self.values |= self.new_timetable("계획")
                self.values["TAKEN_LECTURE_ID"] = self.take(self.token)
                share = f"/timetables/{self.values['TIMETABLE_ID']}/share"
                self.values["SHARE_TOKEN"] = self.call("POST", share)["token"]
                self.values["FRIEND_ID"] = self.call("GET", "/friends")["items"][0]["id"]
                self.values["REQUEST_ID"] = self.call("GET", "/friends/requests")["items"][0]["id"]
                return
        raise Failure("the demo data has no board with posts")

    def new_timetable(self, name: str) -> dict[str, str]:
        """Makes a timetable with an entry, and picks a lecture that is not in it."""
        lecture = self.call("GET", "/lectures?semester=2026-2&limit=1")["items"][0]["id"]
        timetable = self.call("POST", "/timetables", {"semester": "2026-2", "name": name})["id"]
        slot = {"day": "sun", "start": "18:00", "end": "20:00"}
        entry = {"title": "합창 연습", "slots": [slot]}
        entry = self.call("POST", f"/timetables/{timetable}/entries", entry)["id"]
        return {"LECTURE_ID": lecture, "TIMETABLE_ID": timetable, "ENTRY_ID": entry}

    def take(self, token: str) -> str:
        """Has a student take a lecture that is not the one of the placeholder, and returns its id."""
        lecture = self.call("GET", "/lectures?semester=2026-2&limit=2")["items"][1]["id"]
        timetable = {"semester": "2026-2", "name": f"강의평 {unique()}"}
        timetable = self.call("POST", "/timetables", timetable, token)["id"]
        self.call("POST", f"/timetables/{timetable}/entries", {"lecture_id": lecture}, token)
        return lecture

    def new_reviewer(self, values: dict[str, str]) -> str:
        """Signs up a student who has taken the lecture of the placeholder, and returns their token."""
        token = self.sign_up(values | {"UNIQUE": unique()})["access_token"]
        self.take(token)
        return token

    def new_review(self, token: str) -> str:
        """Has a student review the lecture of the placeholder, and returns the review's id."""
        path = f"/lectures/{self.values['TAKEN_LECTURE_ID']}/reviews"
        review = {"rating": 4, "content": "곧 사라질 강의평이지만 길이는 맞춥니다.", "semester": "2026-2"}
        return self.call("POST", path, review, token)["id"]

    def values_for(self, event: Event) -> dict[str, str]:
        """The values of the placeholders for one sending of the event.

        What an event changes is made for this sending only, so that the other one finds
        everything as this one did.
        """
        values = self.values | {"UNIQUE": unique()}
        if event.function == "auth" and event.writes and "_TOKEN}" in event.text:
            session = self.sign_up(values)
            values["USER_ID"] = session["user"]["id"]
            values["ACCESS_TOKEN"] = session["access_token"]
            values["REFRESH_TOKEN"] = session["refresh_token"]
        if event.writes and any(name in event.text for name in ("BOARD_ID}", "POST_ID}", "COMMENT_ID}", "THREAD_ID}")):
            board = {"category": "기타", "name": f"잠깐 있는 곳 {values['UNIQUE']}"}
            values["BOARD_ID"] = self.call("POST", "/boards", board)["id"]
        if event.writes:
            values |= self.made_for(event, values["BOARD_ID"])
        if event.writes and "${TIMETABLE_ID}" in event.text:
            # A semester takes only a few. The one that was made last may not have been sent yet.
            for old in self.call("GET", "/timetables?semester=2026-2&limit=50")["items"]:
                if old["id"] not in (self.values["TIMETABLE_ID"], self.spare):
                    self.call("DELETE", f"/timetables/{old['id']}")
            values |= self.new_timetable(f"잠깐 {values['UNIQUE']}")
            self.spare = values["TIMETABLE_ID"]
        if event.writes and any(name in event.text for name in ("${TAKEN_LECTURE_ID}", "${REVIEW_ID}")):
            # Nobody reviews a course twice.
            values["ACCESS_TOKEN"] = self.new_reviewer(values)
        if "${REVIEW_ID}" in event.text:
            values["REVIEW_ID"] = self.new_review(values["ACCESS_TOKEN"])
        if "${OTHERS_REVIEW_ID}" in event.text:
            values["OTHERS_REVIEW_ID"] = self.new_review(self.new_reviewer(values))
        if event.writes and "/friends" in event.text:
            values |= self.new_friend(values)
        return values

    def sign_up(self, values: dict[str, str]) -> Json:
        """Signs up a student who is gone with everything else, and logs them in."""
        name = f"em_{values['UNIQUE']}"
        return self.call("POST", "/auth/signup", {
            "school_id": values["SCHOOL_ID"],
            "login_id": name,
            "password": DEMO_LOGIN["password"],
            "email": f"{name}@example.com",
            "nickname": f"별명{values['UNIQUE']}",
            "admission_year": 2026,
        })

    def new_friend(self, values: dict[str, str]) -> dict[str, str]:
        """A student who can be asked, another one who has asked, and a friend."""
        self.sign_up(values)
        made = {"FRIEND_UNIQUE": unique(), "REQUEST_UNIQUE": unique()}
        for what in ("REQUEST", "FRIEND"):
            token = self.sign_up(values | {"UNIQUE": made[f"{what}_UNIQUE"]})["access_token"]
            asked = {"login_id": DEMO_LOGIN["login_id"]}
            made[f"{what}_ID"] = self.call("POST", "/friends/requests", asked, token)["id"]
        self.call("POST", f"/friends/requests/{made['FRIEND_ID']}/accept")
        return made

    def made_for(self, event: Event, board: str) -> dict[str, str]:
        """Posts and comments on the board, as far as the event has placeholders for them."""
        made = {}
        tokens = {"": self.token, "OTHERS_": self.others_token}
        for whose, token in tokens.items():
            wanted = [f"${{{whose}POST_ID}}", f"${{{whose}COMMENT_ID}}"]
            wanted += ["${THREAD_ID}"] if whose else []
            if any(name in event.text for name in wanted):
                post = {"title": "잠깐 있는 글", "content": "곧 사라집니다.", "is_anonymous": bool(whose)}
                made[f"{whose}POST_ID"] = self.call("POST", f"/boards/{board}/posts", post, token)["id"]
            if f"${{{whose}COMMENT_ID}}" in event.text:
                comment = {"content": "곧 사라질 댓글", "is_anonymous": True}
                comments = f"/posts/{made[f'{whose}POST_ID']}/comments"
                made[f"{whose}COMMENT_ID"] = self.call("POST", comments, comment, token)["id"]
        if "${THREAD_ID}" in event.text:
            message = {"post_id": made["OTHERS_POST_ID"], "content": "안녕하세요."}
            made["THREAD_ID"] = self.call("POST", "/messages", message)["id"]
        return made


def unique() -> str:
    """Six characters that nothing else has; with a z, which is no part of an id."""
    characters = string.ascii_lowercase + string.digits
    return "z" + "".join(secrets.choice(characters) for _ in range(5))


@contextmanager
def desk_in(folder: Path, campus: Path = CAMPUS) -> Iterator[Desk]:
    """Runs `campus dev`, of this binary, with its state in the folder."""
    port, media_port = free_ports(2)
    data = folder / "data"

    def ready() -> bool:
        if not is_open(port):
            return False
        try:
            return send(port, "GET", "/schools", {}, None).status == 200
        except Failure:
            return False

    command: Command = [campus, "dev", "--demo", "--data", data, "--port", str(port)]
    command += ["--media-port", str(media_port)]
    with serving(command, folder / "dev.log", ready) as process:
        database_port = int((data / "dynamodb.url").read_text().rpartition(":")[2])
        desk = Desk(process, data, port, media_port, database_port)
        desk.enter()
        yield desk


def environment_of_function(desk: Desk, address: str, database_port: int, media_port: int) -> dict[str, str]:
    """What the template tells a function, for one that reaches the desk at this address and these ports."""
    return {
        "CAMPUS_TABLE": "campus",
        "CAMPUS_ISSUER": "campus-desk",
        "CAMPUS_VERIFICATION_KEYS": json.dumps(desk.call("GET", "/.well-known/jwks.json")),
        "CAMPUS_LIMITS": "off",
        "CAMPUS_MEDIA_BUCKET": "campus-media",
        "CAMPUS_MEDIA_URL": f"http://{address}:{media_port}/campus-media",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://{address}:{database_port}",
    }


@contextmanager
def function_under(emulator: Path, binary: Path, desk: Desk, log: Path) -> Iterator[int]:
    """Runs a function over the desk's table, and tells the port that takes its events."""
    port, runtime_port = free_ports(2)
    environment = environment_of_function(desk, "127.0.0.1", desk.database_port, desk.media_port) | {
        "AWS_REGION": "ap-northeast-2",
        "AWS_ACCESS_KEY_ID": "campus",
        "AWS_SECRET_ACCESS_KEY": "campus",
        "AWS_LAMBDA_FUNCTION_NAME": binary.name,
        # The emulator passes this on, but does not ration memory and processor by it.
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "15",
    }
    addresses = [
        f"--runtime-interface-emulator-address=127.0.0.1:{port}",
        f"--runtime-api-address=127.0.0.1:{runtime_port}",
    ]
    command: Command = [emulator, *addresses, binary]
    with serving(command, log, lambda: is_open(port), env=environment, cwd=log.parent):
        yield port


def binary_of(function: str) -> Path:
    """The binary that Lambda knows as `bootstrap`."""
    return TARGET / "release" / function
