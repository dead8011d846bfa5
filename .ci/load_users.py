"""What the students of .ci/load do, who are run by locust: each signs up, and then mostly reads and sometimes writes,
as fast as the service answers.
"""

import random
import secrets
from typing import Any

from locust import FastHttpUser, task
from locust.exception import StopUser

SCHOOL = "가온대학교"
SEMESTER = "2026-2"
PASSWORD = "load-gaon-2026!"

# Those of all students who have signed up.
LOGIN_IDS: list[str] = []

# How many ids a student remembers of each kind.
REMEMBERED = 50

Json = Any


class Student(FastHttpUser):
    """A student of the demo data's school."""

    network_timeout = 20.0
    connection_timeout = 20.0

    def on_start(self) -> None:
        """Signs up, and makes a timetable."""
        self.token = ""
        self.ids: dict[str, list[str]] = {}
        self.login_id = f"load_{secrets.token_hex(6)}"
        schools = self.items("/schools", {"query": SCHOOL})
        if not schools:
            raise StopUser
        new = self.account() | {
            "school_id": schools[0]["id"],
            "email": f"{self.login_id}@load.example",
            "nickname": f"부하{secrets.token_hex(4)}",
            "admission_year": 2026,
        }
        self.token = self.ask("POST", "/auth/signup", new)["access_token"]
        LOGIN_IDS.append(self.login_id)
        self.note("timetables", self.ask("POST", "/timetables", {"semester": SEMESTER, "name": "부하"}))
        self.list_boards()
        self.note("lectures", *self.items("/lectures", {"semester": SEMESTER}))

    def account(self) -> dict[str, str]:
        """What the student logs in with."""
        return {"login_id": self.login_id, "password": PASSWORD}

    def ask(self, method: str, path: str, body: Json = None, *, of: str = "", refused: tuple[int, ...] = ()) -> Json:
        """Sends a request and gives the answer; none where it was refused as it may be. `of` is the id in the path."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options = {"name": path, "headers": headers, "json": body, "catch_response": True}
        with self.client.request(method, path.replace("{id}", of), **options) as answer:
            if answer.status_code in refused:
                answer.success()
            elif 200 <= answer.status_code < 300:
                return answer.json() if answer.text else {}
            else:
                answer.failure(f"{answer.status_code} {(answer.text or '')[:200]}")
        return {}

    def items(self, path: str, query: dict[str, str] | None = None, *, of: str = "") -> list[Json]:
        """What a list has on its first page."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options = {"name": path, "headers": headers, "params": query, "catch_response": True}
        with self.client.request("GET", path.replace("{id}", of), **options) as answer:
            if answer.status_code == 200:
                return answer.json()["items"]
            answer.failure(f"{answer.status_code} {(answer.text or '')[:200]}")
        return []

    def note(self, kind: str, *things: Json) -> None:
        """Remembers things."""
        ids = [thing["id"] for thing in things if "id" in thing]
        self.ids[kind] = [*ids, *self.ids.get(kind, [])][:REMEMBERED]

    def some(self, kind: str) -> str:
        """One of the things that the student remembers; an id of nothing where there are none."""
        return random.choice(self.ids.get(kind) or ["00000000-0000-7000-8000-000000000000"])

    @task(1)
    def log_in(self) -> None:
        """Logs in anew."""
        self.token = self.ask("POST", "/auth/login", self.account())["access_token"]

    @task(5)
    def list_boards(self) -> None:
        """Looks at the boards."""
        self.note("boards", *(board for board in self.items("/boards") if board["anonymity"] == "optional"))

    @task(20)
    def list_posts(self) -> None:
        """Looks at a board."""
        self.note("posts", *self.items("/boards/{id}/posts", of=self.some("boards")))

    @task(5)
    def list_hot_posts(self) -> None:
        """Looks at what is hot."""
        self.note("posts", *self.items("/posts/hot"))

    @task(25)
    def read(self) -> None:
        """Reads a post and its comments."""
        post = self.some("posts")
        self.ask("GET", "/posts/{id}", of=post, refused=(404,))
        if self.ids.get("posts"):
            self.note("comments", *self.items("/posts/{id}/comments", of=post))

    @task(4)
    def write_post(self) -> None:
        """Writes a post."""
        text = {"title": "부하", "content": secrets.token_hex(200), "is_anonymous": random.random() < 0.7}
        self.note("posts", self.ask("POST", "/boards/{id}/posts", text, of=self.some("boards")))

    @task(8)
    def write_comment(self) -> None:
        """Writes a comment."""
        text = {"content": secrets.token_hex(40), "is_anonymous": random.random() < 0.7}
        comment = self.ask("POST", "/posts/{id}/comments", text, of=self.some("posts"), refused=(404,))
        self.note("comments", comment)

    @task(6)
    def like(self) -> None:
        """Likes a post or a comment, which may be one's own, or liked."""
        kind = random.choice(["posts", "comments"])
        self.ask("POST", f"/{kind}/{{id}}/like", of=self.some(kind), refused=(403, 404, 409))

    @task(3)
    def scrap(self) -> None:
        """Scraps a post, and looks at what was scrapped."""
        self.ask("PUT", "/posts/{id}/scrap", of=self.some("posts"), refused=(403, 404))
        self.items("/posts/scraps")

    @task(3)
    def write_message(self) -> None:
        """Writes to the author of a post, who may be oneself."""
        message = {"post_id": self.some("posts"), "content": secrets.token_hex(50)}
        self.note("threads", self.ask("POST", "/messages", message, refused=(404, 422)))

    @task(6)
    def read_messages(self) -> None:
        """Looks at the threads and reads one."""
        self.note("threads", *self.items("/messages"))
        if self.ids.get("threads"):
            self.items("/messages/{id}", of=self.some("threads"))

    @task(6)
    def search_lectures(self) -> None:
        """Searches the catalogue."""
        query = {"semester": SEMESTER} | random.choice([{"query": "론"}, {"day": "mon"}, {"professor": "김"}, {}])
        self.note("lectures", *self.items("/lectures", query))

    @task(4)
    def read_reviews(self) -> None:
        """Looks at a lecture and its reviews."""
        lecture = self.some("lectures")
        self.ask("GET", "/lectures/{id}", of=lecture)
        self.note("reviews", *self.items("/lectures/{id}/reviews", of=lecture))

    @task(2)
    def review(self) -> None:
        """Reviews a course, which the student may not have taken, or have reviewed; likes a review."""
        review = {"rating": random.randint(1, 5), "content": secrets.token_hex(30), "semester": SEMESTER}
        self.ask("POST", "/lectures/{id}/reviews", review, of=self.some("lectures"), refused=(403, 409))
        self.ask("POST", "/reviews/{id}/like", of=self.some("reviews"), refused=(403, 404, 409))

    @task(6)
    def look_at_timetable(self) -> None:
        """Looks at the timetables."""
        self.items("/timetables", {"semester": SEMESTER})
        self.ask("GET", "/timetables/{id}", of=self.some("timetables"))

    @task(4)
    def plan(self) -> None:
        """Puts a lecture into the timetable, whose time may be taken, and now and then takes one out."""
        timetable = self.some("timetables")
        entry = {"lecture_id": self.some("lectures")}
        self.ask("POST", "/timetables/{id}/entries", entry, of=timetable, refused=(409,))
        entries = self.ask("GET", "/timetables/{id}", of=timetable).get("entries", [])
        if len(entries) > 3:
            path = f"{timetable}/entries/{random.choice(entries)['id']}"
            self.ask("DELETE", "/timetables/{id}", of=path)

    @task(3)
    def look_at_friends(self) -> None:
        """Looks at the friends and the requests, accepts one, and asks another student, who may have been asked."""
        for request in self.items("/friends/requests", {"direction": "in"})[:1]:
            self.ask("POST", "/friends/requests/{id}/accept", of=request["id"], refused=(404, 409))
        self.items("/friends")
        self.ask("POST", "/friends/requests", {"login_id": random.choice(LOGIN_IDS)}, refused=(409, 422))
