//! The number of likes and comments a second that one post sustains if transactions conflict. `docs/data-model.md` has
//! the results, under "Limits".

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::time::Instant;

use crate::support::community::Community;
use crate::support::faults::contention::Contention;

/// The number of requests of each student.
const TIMES: usize = 5;

/// Sends the requests of a crowd, in which each student waits for a response before the next request. Returns the
/// number of successful requests a second, and the number of requests that were shed.
async fn measure(crowd: usize, send: impl AsyncFn(usize, usize) -> u16) -> String {
    let started = Instant::now();
    let members = (0..crowd).map(async |member| {
        let mut answers = Vec::new();
        for time in 0..TIMES {
            answers.push(send(member, time).await);
        }
        answers
    });
    let answers: Vec<u16> = join_all(members).await.into_iter().flatten().collect();
    let is_done = |status: &&u16| **status < 300;
    let done = answers.iter().filter(is_done).count();
    let rate = f64::from(u32::try_from(done).unwrap()) / started.elapsed().as_secs_f64();
    let shed = answers.iter().filter(|status| **status == 503).count();
    format!("{rate:.0} a second, {shed} shed and {} others of {}", answers.len() - done - shed, answers.len())
}

/// The time of a call that is no transaction.
const OTHER_TIME: Duration = Duration::from_millis(3);

/// Prints how many likes and comments a second one post sustains, by the time of a transaction and the number of
/// students. This is a model: the clock is paused while this machine works, so the result does not depend on its speed.
///
/// ```sh
/// cargo test -p campus-tests -- --ignored --nocapture one_post_sustains
/// ```
#[tokio::test]
#[ignore = "measures, and asserts nothing"]
async fn likes_and_comments_that_one_post_sustains() {
    for (takes, crowd) in [(10, 10), (10, 50), (5, 10), (5, 50), (5, 200), (10, 200)] {
        let injector = Contention::model(Duration::from_millis(takes), OTHER_TIME);
        let community = Community::start_with(|engine| injector.connection(engine)).await;
        let students = community.members(crowd * TIMES).await;
        let community = community.with_own_time_limits();
        let (liked, commented) = (community.post("하나", true).await, community.post("둘", true).await);
        let path = format!("/posts/{liked}");
        tokio::time::pause();
        let likes = measure(crowd, async |member, time| {
            community.like(&students[member * TIMES + time], &path).await.status.as_u16()
        });
        println!("{takes} ms, {crowd} at once: likes {}", likes.await);
        let body = json!({ "content": "댓글", "is_anonymous": true });
        let comments = measure(crowd, async |member, _| {
            community.try_comment(&students[member], &commented, &body).await.status.as_u16()
        });
        println!("{takes} ms, {crowd} at once: comments {}", comments.await);
        tokio::time::resume();
    }
}
