"""The simulated students of the script load. locust loads this module. Each student signs up, and then mostly reads and
sometimes writes, as fast as the service responds.
"""

import random
import secrets
from typing import Any

from locust import FastHttpUser, task
from locust.exception import StopUser

SCHOOL = "가온대학교"
SEMESTER = "2026-2"
PASSWORD = "load-gaon-2026!"

# The login ids of all simulated students who have signed up.
LOGIN_IDS: list[str] = []

# The number of ids of each kind that a student remembers.
REMEMBERED = 50

Json = Any


class Student(FastHttpUser):
    """A simulated student of the demo school."""

    network_timeout = 20.0
    connection_timeout = 20.0

    def on_start(self) -> None:
        """Signs up and creates a timetable."""
        self.token = ""
        self.ids: dict[str, list[str]] = {}
        self.login_id = f"load_{secrets.token_hex(6)}"
        schools = self.items("/schools", {"query": SCHOOL})
        if not schools:
            raise StopUser
        sign_up = self.credentials() | {
            "school_id": schools[0]["id"],
            "email": f"{self.login_id}@load.example",
            "nickname": f"부하{secrets.token_hex(4)}",
            "admission_year": 2026,
        }
        self.token = self.call("POST", "/auth/signup", sign_up)["access_token"]
        LOGIN_IDS.append(self.login_id)
        self.remember("timetables", self.call("POST", "/timetables", {"semester": SEMESTER, "name": "부하"}))
        self.list_boards()
        self.remember("lectures", *self.items("/lectures", {"semester": SEMESTER}))

    def credentials(self) -> dict[str, str]:
        """The login id and the password."""
        return {"login_id": self.login_id, "password": PASSWORD}

    def call(
        self, method: str, path: str, body: Json = None, *, item: str = "", expected: tuple[int, ...] = ()
    ) -> Json:
        """Sends a request and returns the response body, or {} for an error. `item` replaces `{id}` in the path.

        locust does not count the `expected` error statuses as failures.
        """
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options = {"name": path, "headers": headers, "json": body, "catch_response": True}
        with self.client.request(method, path.replace("{id}", item), **options) as response:
            if response.status_code in expected:
                response.success()
            elif 200 <= response.status_code < 300:
                return response.json() if response.text else {}
            else:
                response.failure(f"{response.status_code} {(response.text or '')[:200]}")
        return {}

    def items(self, path: str, query: dict[str, str] | None = None, *, item: str = "") -> list[Json]:
        """The first page of a list. `item` replaces `{id}` in the path."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options = {"name": path, "headers": headers, "params": query, "catch_response": True}
        with self.client.request("GET", path.replace("{id}", item), **options) as response:
            if response.status_code == 200:
                return response.json()["items"]
            response.failure(f"{response.status_code} {(response.text or '')[:200]}")
        return []

    def remember(self, kind: str, *items: Json) -> None:
        """Remembers the ids of the items."""
        ids = [item["id"] for item in items if "id" in item]
        self.ids[kind] = [*ids, *self.ids.get(kind, [])][:REMEMBERED]

    def random_id(self, kind: str) -> str:
        """A random remembered id, or an unused id if there is none."""
        return random.choice(self.ids.get(kind) or ["00000000-0000-7000-8000-000000000000"])

    @task(1)
    def log_in(self) -> None:
        """Logs in again."""
        self.token = self.call("POST", "/auth/login", self.credentials())["access_token"]

    @task(5)
    def list_boards(self) -> None:
        """Lists the boards."""
        self.remember("boards", *(board for board in self.items("/boards") if board["anonymity"] == "optional"))

    @task(20)
    def list_posts(self) -> None:
        """Lists the posts of a board."""
        self.remember("posts", *self.items("/boards/{id}/posts", item=self.random_id("boards")))

    @task(5)
    def list_hot_posts(self) -> None:
        """Lists hot posts."""
        self.remember("posts", *self.items("/posts/hot"))

    @task(25)
    def read(self) -> None:
        """Reads a post and its comments."""
        post = self.random_id("posts")
        self.call("GET", "/posts/{id}", item=post, expected=(404,))
        if self.ids.get("posts"):
            self.remember("comments", *self.items("/posts/{id}/comments", item=post))

    @task(4)
    def write_post(self) -> None:
        """Writes a post."""
        text = {"title": "부하", "content": secrets.token_hex(200), "is_anonymous": random.random() < 0.7}
        self.remember("posts", self.call("POST", "/boards/{id}/posts", text, item=self.random_id("boards")))

    @task(8)
    def write_comment(self) -> None:
        """Writes a comment."""
        text = {"content": secrets.token_hex(40), "is_anonymous": random.random() < 0.7}
        comment = self.call("POST", "/posts/{id}/comments", text, item=self.random_id("posts"), expected=(404,))
        self.remember("comments", comment)

    @task(6)
    def like(self) -> None:
        """Likes a post or a comment. It may be the student's own, deleted, or liked already."""
        kind = random.choice(["posts", "comments"])
        self.call("POST", f"/{kind}/{{id}}/like", item=self.random_id(kind), expected=(403, 404, 409))

    @task(3)
    def scrap(self) -> None:
        """Scraps a post and lists the scraps."""
        self.call("PUT", "/posts/{id}/scrap", item=self.random_id("posts"), expected=(403, 404))
        self.items("/posts/scraps")

    @task(3)
    def write_message(self) -> None:
        """Sends a message to the author of a post. The author may be the sender."""
        message = {"post_id": self.random_id("posts"), "content": secrets.token_hex(50)}
        self.remember("threads", self.call("POST", "/messages", message, expected=(404, 422)))

    @task(6)
    def read_messages(self) -> None:
        """Lists the message threads and reads a thread."""
        self.remember("threads", *self.items("/messages"))
        if self.ids.get("threads"):
            self.items("/messages/{id}", item=self.random_id("threads"))

    @task(6)
    def search_lectures(self) -> None:
        """Searches lectures."""
        query = {"semester": SEMESTER} | random.choice([{"query": "론"}, {"day": "mon"}, {"professor": "김"}, {}])
        self.remember("lectures", *self.items("/lectures", query))

    @task(4)
    def read_reviews(self) -> None:
        """Reads a lecture and its reviews."""
        lecture = self.random_id("lectures")
        self.call("GET", "/lectures/{id}", item=lecture)
        self.remember("reviews", *self.items("/lectures/{id}/reviews", item=lecture))

    @task(2)
    def write_review(self) -> None:
        """Reviews a course, which the student may not have taken or may have reviewed already, and likes a review."""
        review = {"rating": random.randint(1, 5), "content": secrets.token_hex(30), "semester": SEMESTER}
        self.call("POST", "/lectures/{id}/reviews", review, item=self.random_id("lectures"), expected=(403, 409))
        self.call("POST", "/reviews/{id}/like", item=self.random_id("reviews"), expected=(403, 404, 409))

    @task(6)
    def read_timetables(self) -> None:
        """Lists the timetables and reads a timetable."""
        self.items("/timetables", {"semester": SEMESTER})
        self.call("GET", "/timetables/{id}", item=self.random_id("timetables"))

    @task(4)
    def edit_timetable(self) -> None:
        """Adds a lecture to a timetable, where it may overlap another entry. Removes an entry of more than three."""
        timetable = self.random_id("timetables")
        entry = {"lecture_id": self.random_id("lectures")}
        self.call("POST", "/timetables/{id}/entries", entry, item=timetable, expected=(409,))
        entries = self.call("GET", "/timetables/{id}", item=timetable).get("entries", [])
        if len(entries) > 3:
            path = f"{timetable}/entries/{random.choice(entries)['id']}"
            self.call("DELETE", "/timetables/{id}", item=path)

    @task(3)
    def make_friends(self) -> None:
        """Accepts a friend request, lists the friends, and sends a request to a student who may already have one."""
        for request in self.items("/friends/requests", {"direction": "in"})[:1]:
            self.call("POST", "/friends/requests/{id}/accept", item=request["id"], expected=(404, 409))
        self.items("/friends")
        self.call("POST", "/friends/requests", {"login_id": random.choice(LOGIN_IDS)}, expected=(409, 422))
