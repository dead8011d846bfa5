//! How much one post takes a second, where transactions get into each other's way as on DynamoDB. What comes out stands
//! in `docs/data-model.md` under "Limits".

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::time::Instant;

use crate::community::Community;
use crate::faults::contention::Contention;

/// How often each student of the crowd does it.
const TIMES: usize = 5;

/// What comes of a crowd of which each sends its next request when the last one is answered: how many were done a
/// second, and how many of all came to a conflict.
async fn press(crowd: usize, send: impl AsyncFn(usize, usize) -> u16) -> String {
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
    let refused = answers.iter().filter(|status| **status == 409).count();
    format!(
        "{rate:.0} a second, {refused} conflicts and {} others of {}",
        answers.len() - done - refused,
        answers.len()
    )
}

/// Any call that is no transaction takes so long.
const OTHERS_TAKE: Duration = Duration::from_millis(3);

/// Prints how many likes and comments a second one post sustains, by how long a transaction takes and by how many
/// students are at it at once. It is a model: the clock stands while this machine is at work, so that it does not matter
/// how fast that is.
///
/// ```sh
/// cargo test -p campus --test api -- --ignored --nocapture one_post_sustains
/// ```
#[tokio::test]
#[ignore = "measures, and asserts nothing"]
async fn what_one_post_sustains() {
    for (takes, crowd) in [(10, 10), (10, 50), (5, 10), (5, 50), (5, 200), (10, 200)] {
        let wire = Contention::model(Duration::from_millis(takes), OTHERS_TAKE);
        let community = Community::start_with(|engine| wire.connection(engine)).await;
        let students = community.members(crowd * TIMES).await;
        let (liked, commented) = (community.post("하나", true).await, community.post("둘", true).await);
        let path = format!("/posts/{liked}");
        tokio::time::pause();
        let likes = press(crowd, async |member, time| {
            community.like(&students[member * TIMES + time], &path).await.status.as_u16()
        });
        println!("{takes} ms, {crowd} at once: likes {}", likes.await);
        let body = json!({ "content": "댓글", "is_anonymous": true });
        let comments = press(crowd, async |member, _| {
            community.try_comment(&students[member], &commented, &body).await.status.as_u16()
        });
        println!("{takes} ms, {crowd} at once: comments {}", comments.await);
        tokio::time::resume();
    }
}
