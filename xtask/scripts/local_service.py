"""Shared code of the scripts in this folder: processes, the local service `campus dev` with two demo students, the
events in events/, and the functions on the Lambda runtime emulator.

This module is not a script. Where its functions install something, their docstrings say so.
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
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

SCRIPTS = Path(__file__).resolve().parent
ROOT = SCRIPTS.parent.parent
EVENTS = ROOT / "events"
TARGET = ROOT / "target"
TOOLS = TARGET / "ci-tools"
CAMPUS = TARGET / "debug" / "campus"

DEMO_LOGIN = {"login_id": "maru", "password": "gaon-maru-2026!"}
OTHER_DEMO_LOGIN = DEMO_LOGIN | {"login_id": "narae"}

# Python programs that the scripts start must not write caches into the source tree.
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

# Timeouts in seconds.
BUILD_TIMEOUT = 3600
INSTALL_TIMEOUT = 900
START_TIMEOUT = 60
REQUEST_TIMEOUT = 20
STOP_TIMEOUT = 60

# The order in which events are sent: reads after writes, deletions last.
METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE")

# A command line.
Command = Sequence[str | Path]
# A JSON value.
Json = Any


class Failure(Exception):
    """A failed step of a script: a build, a process, a request or an unexpected response."""


@dataclass
class Response:
    """An HTTP response with lower-case header names."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Event:
    """An API Gateway event with placeholders, read from a file in events/."""

    name: str
    text: str
    method: str
    # Modifies the event after the placeholders are filled.
    change: Callable[[Json], None] = lambda event: None

    @classmethod
    def read(cls, file: Path) -> Self:
        """Reads an event file."""
        text = file.read_text(encoding="utf-8")
        try:
            method = json.loads(text)["requestContext"]["http"]["method"]
        except (ValueError, KeyError, TypeError):
            raise Failure(f"{file.name} is not an API Gateway event") from None
        if method not in METHODS:
            raise Failure(f"{file.name} has the method {method}; expected one of {METHODS}")
        return cls(file.stem, text, method)

    @property
    def function(self) -> str:
        """The name of the function that receives the event."""
        return self.name.partition("-")[0]

    @property
    def writes(self) -> bool:
        """Whether the request may change data."""
        return self.method != "GET"

    def filled(self, values: dict[str, str]) -> Json:
        """The event with values in place of the placeholders."""
        unknown = set(re.findall(r"\$\{(\w+)\}", self.text)) - values.keys()
        if unknown:
            raise Failure(f"no value for the placeholders {', '.join(sorted(unknown))}")
        event = json.loads(re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], self.text))
        self.change(event)
        return event


@contextmanager
def signals_blocked() -> Iterator[None]:
    """Delays signals, so that stopping a process is not interrupted."""
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def running(command: Command, **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Runs a command in a new process group and terminates the group afterwards.

    The function that an emulator runs is in another process group. It ends with its emulator.
    """
    options |= {"stdin": subprocess.DEVNULL, "start_new_session": True}
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        with signals_blocked():
            for kind in (signal.SIGTERM, signal.SIGKILL):
                if process.poll() is None:
                    os.killpg(process.pid, kind)
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(STOP_TIMEOUT)


def run(command: Command, timeout: float, **options: Any) -> str:
    """Runs a command to its end and returns its output."""
    shown = " ".join(map(str, command))
    with running(command, stdout=subprocess.PIPE, text=True, **options) as process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"{shown}: timed out after {timeout} s") from None
    if process.returncode != 0:
        raise Failure(f"{shown}: exited with status {process.returncode}\n{output}")
    return output


@contextmanager
def running_server(command: Command, log: Path, ready: Callable[[], bool], **options: Any) -> Iterator[int]:
    """Runs a server that prints to the log. Yields its process id when it is ready."""
    with log.open("wb") as output, running(command, stdout=output, stderr=subprocess.STDOUT, **options) as process:
        deadline = time.monotonic() + START_TIMEOUT
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-2000:]
                raise Failure(f"{command[0]} did not start. The end of its log:\n{tail}")
            time.sleep(0.1)
        yield process.pid


def process_dir(binary: Path) -> Path:
    """The folder in /proc of the process that runs the binary."""
    for process in Path("/proc").glob("[0-9]*"):
        # The process may have ended, or may belong to another user.
        with suppress(OSError):
            if os.readlink(process / "exe") == str(binary.resolve()):
                return process
    raise Failure(f"no process runs {binary}")


def cpu_time(binary: Path) -> float:
    """The CPU time that the process of the binary has used so far, in milliseconds."""
    threads = (process_dir(binary) / "task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def free_ports(count: int) -> list[int]:
    """Different unused ports of 127.0.0.1."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for unbound in sockets:
            unbound.bind(("127.0.0.1", 0))
        return [bound.getsockname()[1] for bound in sockets]


def is_open(port: int) -> bool:
    """Whether a server listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def install_debian(*packages: str) -> None:
    """Installs Debian packages, as root or with sudo. They stay installed."""
    print(f"Installing the Debian packages {', '.join(packages)}", flush=True)
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    run([*as_root, "apt-get", "update", "-qq"], INSTALL_TIMEOUT)
    apt = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", "APT::Keep-Downloaded-Packages=false"]
    run([*as_root, "env", "DEBIAN_FRONTEND=noninteractive", *apt, *packages], INSTALL_TIMEOUT)


def install_emulator() -> Path:
    """The path of the Lambda runtime emulator, which is part of the SAM CLI.

    Installs the SAM CLI into target/ci-tools if it is missing, in the same version as the gate (.ci/run).
    """
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    pattern = f"lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}"
    python = TOOLS / "bin" / "python"
    if not any(TOOLS.glob(pattern)):
        gate = (ROOT / ".ci" / "run").read_text()
        version = re.search(r"^sam_version=(\S+)$", gate, re.MULTILINE)
        if version is None:
            raise Failure(".ci/run does not set sam_version")
        package = f"aws-sam-cli=={version[1]}"
        print(f"Installing {package} into {TOOLS.relative_to(ROOT)}", flush=True)
        if not python.exists():
            run([sys.executable, "-m", "venv", TOOLS], INSTALL_TIMEOUT)
        quiet = ("--quiet", "--disable-pip-version-check")
        run([python, "-m", "pip", "install", *quiet, package], INSTALL_TIMEOUT)
    for emulator in TOOLS.glob(pattern):
        return emulator
    raise Failure(f"aws-sam-cli contains no emulator for {machine}")


def build(*arguments: str) -> None:
    """Runs `cargo build` with the arguments."""
    command = ["cargo", "build", "--locked", *arguments]
    run(command, BUILD_TIMEOUT, cwd=ROOT, env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)})


def build_functions(functions: Iterable[str]) -> None:
    """Builds the functions with the release profile, as for a deployment."""
    crates = sorted({name.removesuffix("-stream") for name in functions})
    build("--release", *(part for name in crates for part in ("-p", f"campus-{name}")))


def install_python_tool(folder: Path, name: str, package: str, version: str) -> Path:
    """The path of a command from a Python package. Installs this version into the folder if it is missing."""
    python, command = folder / "bin" / "python", folder / "bin" / name
    # The command must print its version: after an interrupted installation it does not.
    if not command.exists() or not re.search(rf"(^|[ v]){re.escape(version)}\b", run([command, "--version"], INSTALL_TIMEOUT)):
        print(f"Installing {package}=={version} into {folder.relative_to(ROOT)}", flush=True)
        run([sys.executable, "-m", "venv", "--clear", folder], INSTALL_TIMEOUT)
        quiet = ("--quiet", "--disable-pip-version-check")
        run([python, "-m", "pip", "install", *quiet, f"{package}=={version}"], INSTALL_TIMEOUT)
    return command


def build_campus() -> None:
    """Builds the command `campus` with the debug profile."""
    build("-p", "campus")


def function_names() -> list[str]:
    """The names of all functions with routes. Each has an event, and a crate with its name."""
    return sorted({event.function for event in all_events()})


def all_events() -> list[Event]:
    """All events in events/, in the order in which they must be sent."""
    events = [Event.read(file) for file in sorted(EVENTS.glob("*.json"))]
    return sorted(events, key=lambda event: METHODS.index(event.method))


def send(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Response:
    """Sends a request to a server on 127.0.0.1."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_TIMEOUT)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        return Response(response.status, received, response.read().decode())
    except (OSError, http.client.HTTPException) as error:
        raise Failure(f"{method} {path} on port {port}: {error!r}") from error
    finally:
        connection.close()


def request_body(event: Json) -> bytes | None:
    """The decoded request body of the event."""
    body = event.get("body")
    if body is None:
        return None
    return base64.b64decode(body, validate=True) if event["isBase64Encoded"] else body.encode()


def send_as_request(port: int, event: Json) -> Response:
    """Sends the event as an HTTP request, as its client would."""
    # API Gateway decodes paths, but not query strings.
    target = quote(event["rawPath"])
    if event["rawQueryString"]:
        target += "?" + event["rawQueryString"]
    automatic = ("host", "content-length")
    headers = {name: value for name, value in event["headers"].items() if name not in automatic}
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    return send(port, event["requestContext"]["http"]["method"], target, headers, request_body(event))


def invoke(port: int, event: Json) -> Json:
    """Invokes a function with the event, which may be any JSON value, and returns its answer."""
    path = "/2015-03-31/functions/function/invocations"
    response = send(port, "POST", path, {}, json.dumps(event).encode())
    result = json.loads(response.body) if response.status == 200 else {}
    if not isinstance(result, dict) or "errorType" in result:
        raise Failure(f"the function failed: {response.status} {response.body}")
    return result


def send_as_event(port: int, event: Json) -> Response:
    """Invokes a function with the event, as API Gateway does. `event` may also be any other JSON value."""
    result = invoke(port, event)
    if "statusCode" not in result:
        raise Failure(f"the function did not answer the request: {result}")
    body = result.get("body") or ""
    if result.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    headers = {name.lower(): value for name, value in (result.get("headers") or {}).items()}
    if result.get("cookies"):
        headers["set-cookie"] = ", ".join(result["cookies"])
    return Response(result["statusCode"], headers, body)


@dataclass
class LocalService:
    """A running `campus dev` with the demo data and two logged-in demo students.

    The first student sends the requests. The other student owns the content that must belong to somebody else.
    """

    pid: int
    data: Path
    port: int
    media_port: int
    database_port: int
    access_key: str
    token: str = ""
    other_token: str = ""
    # The values of the placeholders.
    values: dict[str, str] = field(default_factory=dict)
    latest_timetable: str = ""

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body: Json = None, token: str | None = None) -> Json:
        """Sends a request and returns the response body. Raises `Failure` if the request does not succeed."""
        headers = {"content-type": "application/json"}
        if token or self.token:
            headers["authorization"] = f"Bearer {token or self.token}"
        content = json.dumps(body).encode() if body else None
        response = send(self.port, method, path, headers, content)
        if not 200 <= response.status < 300:
            raise Failure(f"{method} {path}: {response.status} {response.body}")
        return json.loads(response.body) if response.body else None

    def log_in(self) -> None:
        """Logs both students in. Call it again before the tokens expire, after ten minutes."""
        self.other_token = self.call("POST", "/auth/login", OTHER_DEMO_LOGIN)["access_token"]
        self.token = self.call("POST", "/auth/login", DEMO_LOGIN)["access_token"]
        self.values["ACCESS_TOKEN"] = self.token

    def set_up(self) -> None:
        """Logs both students in and fills `values` from the demo data."""
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
                self.values["TAKEN_LECTURE_ID"] = self.take_lecture(self.token)
                share = f"/timetables/{self.values['TIMETABLE_ID']}/share"
                self.values["SHARE_TOKEN"] = self.call("POST", share)["token"]
                self.values["FRIEND_ID"] = self.call("GET", "/friends")["items"][0]["id"]
                self.values["BLOCK_ID"] = self.call("GET", "/blocks")["items"][0]["id"]
                self.values["REQUEST_ID"] = self.call("GET", "/friends/requests")["items"][0]["id"]
                return
        raise Failure("the demo data has no board with posts")

    def new_timetable(self, name: str) -> dict[str, str]:
        """Creates a timetable with an entry and selects a lecture that is not in it."""
        lecture = self.call("GET", "/lectures?semester=2026-2&limit=1")["items"][0]["id"]
        timetable = self.call("POST", "/timetables", {"semester": "2026-2", "name": name})["id"]
        slot = {"day": "sun", "start": "18:00", "end": "20:00"}
        entry = {"title": "합창 연습", "slots": [slot]}
        entry = self.call("POST", f"/timetables/{timetable}/entries", entry)["id"]
        return {"LECTURE_ID": lecture, "TIMETABLE_ID": timetable, "ENTRY_ID": entry}

    def take_lecture(self, token: str) -> str:
        """Adds a lecture other than `LECTURE_ID` to a new timetable of the student. Returns the lecture's id."""
        lecture = self.call("GET", "/lectures?semester=2026-2&limit=2")["items"][1]["id"]
        timetable = {"semester": "2026-2", "name": f"강의평 {unique()}"}
        timetable = self.call("POST", "/timetables", timetable, token)["id"]
        self.call("POST", f"/timetables/{timetable}/entries", {"lecture_id": lecture}, token)
        return lecture

    def new_reviewer(self, values: dict[str, str]) -> str:
        """Signs up a student who has taken `TAKEN_LECTURE_ID`. Returns the student's access token."""
        token = self.sign_up(values | {"UNIQUE": unique()})["access_token"]
        self.take_lecture(token)
        return token

    def new_review(self, token: str) -> str:
        """Creates the student's review of `TAKEN_LECTURE_ID`. Returns the review's id."""
        path = f"/lectures/{self.values['TAKEN_LECTURE_ID']}/reviews"
        review = {"rating": 4, "content": "곧 사라질 강의평이지만 길이는 맞춥니다.", "semester": "2026-2"}
        return self.call("POST", path, review, token)["id"]

    def new_exam_info(self, token: str) -> str:
        """Creates the student's exam info about `TAKEN_LECTURE_ID`. Returns its id."""
        path = f"/lectures/{self.values['TAKEN_LECTURE_ID']}/exam-infos"
        exam_info = {"exam": "quiz", "semester": "2026-2", "question_types": [], "strategy": "곧 사라질 시험 정보지만 길이는 맞춥니다."}
        return self.call("POST", path, exam_info, token)["id"]

    def values_for(self, event: Event) -> dict[str, str]:
        """The values of the placeholders for sending the event once.

        Each event is sent twice. What an event changes is created separately for each call, so that both requests find
        the same state.
        """
        values = self.values | {"UNIQUE": unique()}
        if event.function == "auth" and event.writes and "_TOKEN}" in event.text:
            session = self.sign_up(values)
            values["USER_ID"] = session["user"]["id"]
            values["ACCESS_TOKEN"] = session["access_token"]
            values["REFRESH_TOKEN"] = session["refresh_token"]
        if event.writes and any(name in event.text for name in ("BOARD_ID}", "POST_ID}", "COMMENT_ID}", "THREAD_ID}", "BLOCK_ID}")):
            board = {"category": "기타", "name": f"잠깐 있는 곳 {values['UNIQUE']}"}
            values["BOARD_ID"] = self.call("POST", "/boards", board)["id"]
        if event.writes:
            values |= self.new_content(event, values["BOARD_ID"])
        if event.writes and "${TIMETABLE_ID}" in event.text:
            # The number of timetables per semester is limited. The latest timetable may not have been used yet.
            for old in self.call("GET", "/timetables?semester=2026-2&limit=50")["items"]:
                if old["id"] not in (self.values["TIMETABLE_ID"], self.latest_timetable):
                    self.call("DELETE", f"/timetables/{old['id']}")
            values |= self.new_timetable(f"잠깐 {values['UNIQUE']}")
            self.latest_timetable = values["TIMETABLE_ID"]
        if event.writes and any(
            name in event.text for name in ("${TAKEN_LECTURE_ID}", "${REVIEW_ID}", "${EXAM_INFO_ID}")
        ):
            # A student can review a course only once.
            values["ACCESS_TOKEN"] = self.new_reviewer(values)
        if "${REVIEW_ID}" in event.text:
            values["REVIEW_ID"] = self.new_review(values["ACCESS_TOKEN"])
        if "${OTHERS_REVIEW_ID}" in event.text:
            values["OTHERS_REVIEW_ID"] = self.new_review(self.new_reviewer(values))
        if "${EXAM_INFO_ID}" in event.text:
            values["EXAM_INFO_ID"] = self.new_exam_info(values["ACCESS_TOKEN"])
        if "${OTHERS_EXAM_INFO_ID}" in event.text:
            values["OTHERS_EXAM_INFO_ID"] = self.new_exam_info(self.new_reviewer(values))
        if event.writes and "/friends" in event.text:
            values |= self.new_friend(values)
        return values

    def sign_up(self, values: dict[str, str]) -> Json:
        """Signs up a new student. Returns the session."""
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
        """Creates a student to send a friend request to, a student who has sent a friend request, and a friend."""
        self.sign_up(values)
        created = {"FRIEND_UNIQUE": unique(), "REQUEST_UNIQUE": unique()}
        for kind in ("REQUEST", "FRIEND"):
            token = self.sign_up(values | {"UNIQUE": created[f"{kind}_UNIQUE"]})["access_token"]
            recipient = {"login_id": DEMO_LOGIN["login_id"]}
            created[f"{kind}_ID"] = self.call("POST", "/friends/requests", recipient, token)["id"]
        self.call("POST", f"/friends/requests/{created['FRIEND_ID']}/accept")
        return created

    def new_content(self, event: Event, board: str) -> dict[str, str]:
        """Creates the posts, comments, cases and message threads that the event has placeholders for."""
        created = {}
        tokens = {"": self.token, "OTHERS_": self.other_token}
        for owner, token in tokens.items():
            placeholders = [f"${{{owner}POST_ID}}", f"${{{owner}COMMENT_ID}}"]
            placeholders += ["${THREAD_ID}", "${BLOCK_ID}"] if owner else []
            if any(name in event.text for name in placeholders):
                post = {"title": "잠깐 있는 글", "content": "곧 사라집니다.", "is_anonymous": bool(owner)}
                created[f"{owner}POST_ID"] = self.call("POST", f"/boards/{board}/posts", post, token)["id"]
            if f"${{{owner}COMMENT_ID}}" in event.text:
                comment = {"content": "곧 사라질 댓글", "is_anonymous": True}
                comments = f"/posts/{created[f'{owner}POST_ID']}/comments"
                created[f"{owner}COMMENT_ID"] = self.call("POST", comments, comment, token)["id"]
        if "/moderation/cases/p${OTHERS_POST_ID}" in event.text:
            self.call("POST", "/reports", {"post_id": created["OTHERS_POST_ID"], "reason": "spam"})
        if "${THREAD_ID}" in event.text:
            message = {"post_id": created["OTHERS_POST_ID"], "content": "안녕하세요."}
            created["THREAD_ID"] = self.call("POST", "/messages", message)["id"]
        if "${BLOCK_ID}" in event.text:
            created["BLOCK_ID"] = self.call("POST", "/blocks", {"post_id": created["OTHERS_POST_ID"]})["id"]
        return created


def unique() -> str:
    """Six random characters. The first is z, which no id contains."""
    characters = string.ascii_lowercase + string.digits
    return "z" + "".join(secrets.choice(characters) for _ in range(5))


@contextmanager
def local_service(folder: Path, campus: Path = CAMPUS) -> Iterator[LocalService]:
    """Runs `campus dev` of the binary with the demo data. Its data are in the folder.

    Every account of the demo school counts as verified, so that scripts can sign students up.
    """
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
    command += ["--app-port", "0", "--media-port", str(media_port)]
    with running_server(command, folder / "dev.log", ready) as pid:
        database_port = int((data / "dynamodb.url").read_text().rpartition(":")[2])
        access_key = (data / "access-key").read_text()
        service = LocalService(pid, data, port, media_port, database_port, access_key)
        service.set_up()
        school = service.values["SCHOOL_ID"]
        run([campus, "schools", "set", school, "--policy", "open", "--data", data], START_TIMEOUT)
        yield service


def function_environment(
    service: LocalService, address: str, database_port: int, media_port: int
) -> dict[str, str]:
    """The environment variables that template.yaml sets, with values for the local service at the address and ports."""
    return {
        "CAMPUS_TABLE": "campus",
        "CAMPUS_ISSUER": "campus-local",
        "CAMPUS_VERIFICATION_KEYS": json.dumps(service.call("GET", "/.well-known/jwks.json")),
        "CAMPUS_LIMITS": "off",
        "CAMPUS_MEDIA_BUCKET": "campus-media",
        "CAMPUS_MEDIA_URL": f"http://{address}:{media_port}/campus-media",
        "CAMPUS_PUSH_SERVICES": "push.example",
        "CAMPUS_APP_URL": "https://campus.example",
        "CAMPUS_MAIL_FROM": "campus@campus.example",
        "CAMPUS_MAIL_CONFIGURATION_SET": "",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://{address}:{database_port}",
        # Nothing listens there: the local service has no mail server, and the scripts cause no mail.
        "AWS_ENDPOINT_URL_SESV2": f"http://{address}:9",
    }


@contextmanager
def emulated_function(emulator: Path, binary: Path, service: LocalService, log: Path) -> Iterator[int]:
    """Runs a function on the emulator with the table of the local service. Yields the port that accepts events."""
    port, runtime_port = free_ports(2)
    environment = function_environment(service, "127.0.0.1", service.database_port, service.media_port) | {
        "AWS_REGION": "ap-northeast-2",
        "AWS_ACCESS_KEY_ID": service.access_key,
        "AWS_SECRET_ACCESS_KEY": service.access_key,
        "AWS_LAMBDA_FUNCTION_NAME": binary.name,
        # The emulator passes this value on but does not limit memory or CPU.
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "15",
    }
    addresses = [
        f"--runtime-interface-emulator-address=127.0.0.1:{port}",
        f"--runtime-api-address=127.0.0.1:{runtime_port}",
    ]
    command: Command = [emulator, *addresses, binary]
    with running_server(command, log, lambda: is_open(port), env=environment, cwd=log.parent):
        yield port


def function_binary(function: str) -> Path:
    """The release binary of the function, which Lambda runs as `bootstrap`."""
    return TARGET / "release" / function
