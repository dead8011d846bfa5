//! Lists ordered by time, written by machines whose clocks are five minutes fast or slow. Paging through a list repeats
//! nothing, and loses nothing that was in it at the start.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::community::{Community, text};
use crate::support::fixture::{exam_info_body, review_body};
use crate::support::harness::Student;

/// The deviations of the clocks of three machines, in milliseconds.
const CLOCKS: [i64; 3] = [-300_000, 0, 300_000];

/// The number of items of a list at the start.
const AT_START: usize = 9;

/// A list that is ordered by time.
#[derive(Clone, Copy, Debug, PartialEq)]
enum TimeOrdered {
    Boards,
    PinnedBoards,
    BoardsPosts,
    OwnPosts,
    CommentedPosts,
    Scraps,
    HiddenPosts,
    HotPosts,
    Comments,
    Threads,
    Messages,
    Timetables,
    Reviews,
    ExamInfos,
    Friends,
    Requests,
    Blocks,
}

/// A list, and the reader who pages through it.
struct PagedReader {
    community: Community,
    list: TimeOrdered,
    path: String,
    /// The id of the post, the thread or the lecture that the list belongs to, if any.
    about: String,
    /// Other students, whose tokens are valid by the correct clock.
    others: Vec<Student>,
    made: usize,
}

impl PagedReader {
    async fn start(list: TimeOrdered) -> Self {
        let community = Community::start().await;
        let others = community.members(40).await;
        let Community { app, reader, board, school, .. } = &community;
        let about = match list {
            TimeOrdered::Comments => community.post("글", true).await,
            TimeOrdered::Messages => {
                let post = community.post("글", true).await;
                app.write_about(reader, json!({ "post_id": post }), "처음").await
            }
            TimeOrdered::Reviews | TimeOrdered::ExamInfos => {
                app.import(school, &["M1|001|확률과정론|3|이상열||"]).await;
                app.lecture(reader, "확률과정론").await
            }
            _ => String::new(),
        };
        let path = match list {
            TimeOrdered::Boards => "/boards".to_owned(),
            TimeOrdered::PinnedBoards => "/boards/pinned".to_owned(),
            TimeOrdered::BoardsPosts => format!("/boards/{board}/posts"),
            TimeOrdered::OwnPosts => "/posts/mine".to_owned(),
            TimeOrdered::CommentedPosts => "/posts/commented".to_owned(),
            TimeOrdered::Scraps => "/posts/scraps".to_owned(),
            TimeOrdered::HiddenPosts => "/posts/hidden".to_owned(),
            TimeOrdered::Blocks => "/blocks".to_owned(),
            TimeOrdered::HotPosts => "/posts/hot".to_owned(),
            TimeOrdered::Comments => format!("/posts/{about}/comments"),
            TimeOrdered::Threads => "/messages".to_owned(),
            TimeOrdered::Messages => format!("/messages/{about}"),
            TimeOrdered::Timetables => "/timetables".to_owned(),
            TimeOrdered::Reviews => format!("/lectures/{about}/reviews"),
            TimeOrdered::ExamInfos => format!("/lectures/{about}/exam-infos"),
            TimeOrdered::Friends => "/friends".to_owned(),
            TimeOrdered::Requests => "/friends/requests".to_owned(),
        };
        Self { community, list, path, about, others, made: 0 }
    }

    /// Adds an item to the list, on a machine whose clock deviates by `clock` milliseconds.
    async fn make(&mut self, clock: i64) {
        let Community { app, author, reader, board, .. } = &self.community;
        let number = self.made;
        self.made += 1;
        let other = &self.others[number];
        app.clock.set_ahead_by_millis(clock);
        let title = format!("제목 {number}");
        let post = async |by| app.write_post(by, board, &title, true).await;
        match self.list {
            TimeOrdered::Boards => drop(app.board(reader, &title).await),
            TimeOrdered::PinnedBoards => {
                let board = app.board(reader, &title).await;
                app.put(format!("/boards/{board}/pin")).by(reader).send().await.is(204);
            }
            TimeOrdered::BoardsPosts => drop(post(author).await),
            TimeOrdered::OwnPosts => drop(post(reader).await),
            TimeOrdered::CommentedPosts => {
                let post = post(author).await;
                self.community.comment(reader, &post, "댓글", true).await;
            }
            TimeOrdered::Scraps => {
                let post = post(author).await;
                self.community.scrap(reader, &post).await.is(204);
            }
            TimeOrdered::HiddenPosts => {
                let post = post(author).await;
                app.put(format!("/posts/{post}/hide")).by(reader).send().await.is(204);
            }
            TimeOrdered::Blocks => {
                let post = post(author).await;
                app.block(reader, json!({ "post_id": post })).await;
            }
            TimeOrdered::HotPosts => {
                let path = format!("/posts/{}", post(author).await);
                for student in &self.others[..10] {
                    self.community.like(student, &path).await.is(200);
                }
            }
            TimeOrdered::Comments => drop(self.community.comment(author, &self.about, "댓글", true).await),
            TimeOrdered::Threads => {
                let post = post(author).await;
                app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
            }
            TimeOrdered::Messages => {
                let by = if number.is_multiple_of(2) { reader } else { author };
                let path = format!("/messages/{}", self.about);
                app.post(path).by(by).json(&json!({ "content": title })).send().await.is(201);
            }
            TimeOrdered::Timetables => {
                let body = json!({ "semester": format!("20{}-1", 10 + number), "name": title });
                app.post("/timetables").by(reader).json(&body).send().await.is(201);
            }
            TimeOrdered::Reviews | TimeOrdered::ExamInfos => {
                let plan = app.timetable(other, "계획", "private").await;
                app.enter(other, &plan, &json!({ "lecture_id": self.about })).await;
                let body = if self.path.ends_with("reviews") { review_body() } else { exam_info_body() };
                app.post(&self.path).by(other).json(&body).send().await.is(201);
            }
            TimeOrdered::Friends => drop(app.befriend(other, reader).await),
            TimeOrdered::Requests => drop(app.ask(other, reader).await),
        }
        app.clock.set_ahead_by_millis(0);
    }

    /// The ids on a page, and the cursor of the next page.
    async fn page(&self, cursor: Option<&str>) -> (Vec<String>, Option<String>) {
        let page = self.community.page(&self.community.reader, &self.path, 2, cursor).await.json();
        let ids = page["items"].as_array().unwrap().iter().map(|item| text(&item["id"]).to_owned());
        (ids.collect(), page["next_cursor"].as_str().map(str::to_owned))
    }

    async fn ids(&self) -> Vec<String> {
        let (mut ids, mut next) = self.page(None).await;
        while let Some(cursor) = next {
            let page = self.page(Some(&cursor)).await;
            ids.extend(page.0);
            next = page.1;
        }
        ids
    }
}

async fn nothing_is_lost_or_repeated(list: TimeOrdered) {
    let mut walked = PagedReader::start(list).await;
    for number in 0..AT_START {
        walked.make(CLOCKS[number % CLOCKS.len()]).await;
    }
    let there: BTreeSet<_> = walked.ids().await.into_iter().collect();
    assert!(there.len() >= AT_START, "{there:?}");
    let (mut seen, mut next) = walked.page(None).await;
    while let Some(cursor) = next {
        walked.make(300_000).await;
        walked.make(-300_000).await;
        let page = walked.page(Some(&cursor)).await;
        seen.extend(page.0);
        next = page.1;
    }
    assert!(walked.made > AT_START + 6, "{}", walked.made);
    let distinct: BTreeSet<_> = seen.iter().cloned().collect();
    assert_eq!(distinct.len(), seen.len(), "an item is repeated");
    let lost: Vec<_> = there.difference(&distinct).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let all = walked.ids().await;
    assert_eq!(all.len(), walked.made + there.len() - AT_START, "all items are listed");
    walked.community.app.audit().await;
}

macro_rules! lists {
    ($($test:ident: $list:ident;)*) => {
        $(#[tokio::test]
        async fn $test() {
            nothing_is_lost_or_repeated(TimeOrdered::$list).await;
        })*
    };
}

lists! {
    boards: Boards;
    pinned_boards: PinnedBoards;
    posts_of_a_board: BoardsPosts;
    own_posts: OwnPosts;
    commented_posts: CommentedPosts;
    scraps: Scraps;
    hidden_posts: HiddenPosts;
    hot_posts: HotPosts;
    comments: Comments;
    threads: Threads;
    messages: Messages;
    timetables: Timetables;
    reviews: Reviews;
    exam_infos: ExamInfos;
    friends: Friends;
    requests: Requests;
    blocks: Blocks;
}

#[tokio::test]
async fn a_session_survives_clocks_that_differ() {
    let community = Community::start().await;
    let app = &community.app;
    let mut student = app.student(&community.school).await;
    for clock in CLOCKS.into_iter().cycle().take(6) {
        app.clock.set_ahead_by_millis(clock);
        let body = json!({ "refresh_token": student.refresh_token });
        let answer = app.post("/auth/refresh").json(&body).send().await;
        student = crate::support::harness::student_of(answer.is(200));
    }
    let sent = json!({ "category": "일반", "name": "게시판" });
    let send = async |clock: i64| -> Value {
        app.clock.set_ahead_by_millis(clock);
        let call = app.post("/boards").by(&community.reader).header("idempotency-key", "key").json(&sent);
        call.send().await.is(201).at("/id")
    };
    assert_eq!(send(300_000).await, send(-300_000).await, "a repetition on another machine");
}
