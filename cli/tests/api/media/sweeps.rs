//! Deleting pictures, and a bucket that fails.

use std::time::Duration;

use campus_core::store::Budget;
use campus_posts::{Swept, sweep};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::gallery::{Gallery, fetch};
use crate::faults::wire::{Fault, Wire};

#[tokio::test]
async fn copies_of_a_post_that_did_not_come_to_be_are_swept_and_the_upload_stays() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, board, .. } = &gallery;
    let body = |ids: Value| json!({ "title": "같은 글", "content": "내용", "is_anonymous": true, "media_ids": ids });
    let write = async |ids| app.post(format!("/boards/{board}/posts")).by(author).json(&body(ids)).send().await;
    write(json!([])).await.is(201);
    let id = gallery.upload(author).await;
    write(json!([id])).await.is_problem(409, "duplicate_post");
    assert_eq!((gallery.pictures().len(), app.count_rows("SWEEPS").await), (1, 1));
    assert_eq!(sweep(&app.desk.posts).await.unwrap(), Swept::default(), "it is not due");
    app.audit().await;

    let post = gallery.post(author, &[&id]).await;
    assert_eq!(gallery.sweep_later().await, Swept { finished: 1, waiting: 0 });
    gallery.shows(&post).await;
    assert_eq!((gallery.pictures().len(), app.count_rows("SWEEPS").await), (1, 0));
    app.audit().await;
}

#[tokio::test]
async fn a_deleted_posts_pictures_are_gone_at_once() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, .. } = &gallery;
    let ids = [gallery.upload(author).await, gallery.upload(author).await];
    let post = gallery.post(author, &[&ids[0], &ids[1]]).await;
    let other = gallery.post(author, &[&gallery.upload(author).await]).await;
    app.delete(format!("/posts/{}", post.text_at("/id"))).by(author).send().await.is(204);
    let url = post.text_at("/media/0/url");
    assert_eq!(fetch("GET", &url, &[], b"").await.status, 404);
    assert_eq!((gallery.pictures().len(), app.count_rows("SWEEPS").await), (1, 0));
    gallery.shows(&other).await;
    app.audit().await;
}

#[tokio::test]
async fn while_the_bucket_fails_posts_can_be_deleted_and_the_next_sweep_makes_good() {
    let gallery = Gallery::open().await;
    let id = gallery.upload(&gallery.author).await;
    let post = gallery.post(&gallery.author, &[&id]).await.text_at("/id");
    gallery.bring_down(503);
    gallery.app.delete(format!("/posts/{post}")).by(&gallery.author).send().await.is(204);
    assert_eq!((gallery.pictures().len(), gallery.app.count_rows("SWEEPS").await), (1, 1));
    gallery.app.audit().await;
    gallery.app.clock.set_ahead_by_millis(61_000);
    sweep(&gallery.app.desk.posts).await.unwrap_err();
    assert_eq!(gallery.app.count_rows("SWEEPS").await, 1);
    gallery.bring_up();
    assert_eq!(gallery.sweep_later().await, Swept { finished: 1, waiting: 0 });
    assert_eq!((gallery.pictures().len(), gallery.app.count_rows("SWEEPS").await), (0, 0));
    gallery.app.audit().await;
}

#[tokio::test]
async fn a_deleted_boards_pictures_are_swept_and_a_killed_sweep_is_finished_by_the_next() {
    let gallery = Gallery::open().await;
    for number in 0..30 {
        match number % 10 {
            0 => drop(gallery.post(&gallery.author, &[&gallery.upload(&gallery.author).await]).await.is(201)),
            _ => drop(gallery.app.write_post(&gallery.author, &gallery.board, &format!("글 {number}"), true).await),
        }
    }
    let last = gallery.post(&gallery.author, &[&gallery.upload(&gallery.author).await]).await;
    let Gallery { app, reader, board, .. } = &gallery;
    let kept = app.board(reader, "다른 곳").await;
    let kept = gallery.post_on(&kept, reader, &[&gallery.upload(reader).await]).await;
    app.delete(format!("/boards/{board}")).by(reader).send().await.is(204);
    app.get(format!("/posts/{}", last.text_at("/id"))).by(reader).send().await.is_problem(404, "not_found");
    app.audit().await;
    assert_eq!(sweep(&app.desk.posts).await.unwrap(), Swept::default(), "it waits for writers that are under way");
    assert_eq!(gallery.pictures().len(), 5);

    // Of two pages of posts the first one's pictures can be deleted, and then the bucket fails.
    gallery.bring_down_after(3, 500);
    gallery.app.clock.set_ahead_by_millis(61_000);
    sweep(&gallery.app.desk.posts).await.unwrap_err();
    assert_eq!(gallery.pictures().len(), 2, "those of the second page and of the other board");
    let saved = gallery.app.snapshot().await.into_iter().find(|row| row.contains("SWEEPS")).unwrap();
    assert!(saved.contains("\"after\":\"POST#"), "{saved}");
    gallery.app.audit().await;

    gallery.bring_up();
    assert_eq!(gallery.sweep_later().await, Swept { finished: 1, waiting: 0 });
    assert_eq!((gallery.pictures().len(), gallery.app.count_rows("SWEEPS").await), (1, 0));
    gallery.shows(&kept).await;
    gallery.app.audit().await;
}

#[tokio::test]
async fn a_sweep_that_runs_out_of_time_waits_for_the_next() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, reader, board, .. } = &gallery;
    gallery.post(author, &[&gallery.upload(author).await]).await.is(201);
    app.delete(format!("/boards/{board}")).by(reader).send().await.is(204);
    app.clock.set_ahead_by_millis(61_000);
    let swept = Budget::of(Duration::from_secs(1)).spend(sweep(&app.desk.posts)).await.unwrap();
    assert_eq!(swept, Swept { finished: 0, waiting: 1 });
    assert_eq!(gallery.sweep_later().await, Swept { finished: 1, waiting: 0 });
    assert!(gallery.pictures().is_empty());
}

#[tokio::test]
async fn a_post_whose_sweep_has_begun_does_not_come_to_be() {
    for is_finished in [true, false] {
        let gallery = Gallery::open().await;
        let Gallery { app, author, board, .. } = &gallery;
        let id = gallery.upload(author).await;
        gallery.hold_copies().await;
        let body = json!({ "title": "제목", "content": "내용", "is_anonymous": true, "media_ids": [id] });
        let writing = app.post(format!("/boards/{board}/posts")).by(author).json(&body).send();
        let sweeping = async {
            gallery.wait_for_copy().await;
            if !is_finished {
                // All attempts of the one deletion.
                gallery.bring_down_for(3, 500);
            }
            app.clock.set_ahead_by_millis(120_000);
            assert_eq!(sweep(&app.desk.posts).await.is_ok(), is_finished);
            app.clock.set_ahead_by_millis(0);
            gallery.let_copies();
        };
        let (answer, ()) = tokio::join!(writing, sweeping);
        answer.is_problem(409, "conflict");
        app.audit().await;
        gallery.sweep_later().await;
        gallery.shows(gallery.post(author, &[&id]).await.is(201)).await;
        assert_eq!(app.count_rows("SWEEPS").await, 0);
        app.audit().await;
    }
}

#[tokio::test]
async fn a_bucket_that_fails_or_hangs_is_503_in_time_and_nothing_is_written() {
    let gallery = Gallery::open().await;
    let id = gallery.upload(&gallery.author).await;
    for status in [500, 503, 429, 0, 200] {
        match status {
            0 => gallery.hang(),
            // A copy that begins well and ends in an error.
            200 => gallery.fail_late(),
            status => gallery.bring_down(status),
        }
        let started = Instant::now();
        let answer = gallery.post(&gallery.author, &[&id]).await;
        assert!(started.elapsed() < Duration::from_secs(10), "{status}: {:?}", started.elapsed());
        answer.is_problem(503, "unavailable");
        assert_eq!(answer.header("retry-after"), "1");
        let list = gallery.app.get(format!("/boards/{}/posts", gallery.board)).by(&gallery.author).send().await;
        assert_eq!(list.at("/items"), json!([]), "{status}");
        gallery.app.audit().await;
        gallery.bring_up();
    }
    let post = gallery.post(&gallery.author, &[&id]).await;
    gallery.shows(post.is(201)).await;
}

#[tokio::test]
async fn a_bucket_that_fails_once_is_asked_again() {
    let gallery = Gallery::open().await;
    let id = gallery.upload(&gallery.author).await;
    gallery.bring_down_for(1, 503);
    let post = gallery.post(&gallery.author, &[&id]).await;
    gallery.shows(post.is(201)).await;
}

#[tokio::test]
async fn what_may_not_be_listed_is_refused_where_it_is_missing() {
    let gallery = Gallery::open().await;
    let id = gallery.announce(&gallery.author, "image/png", 9).await.text_at("/id");
    gallery.bring_down(403);
    gallery.post(&gallery.author, &[&id]).await.is_invalid(&[("media_ids[0]", "not_uploaded")]);
}

#[tokio::test]
async fn a_post_whose_transaction_got_no_answer_has_all_of_its_pictures_or_none_are_left() {
    for (fault, is_done) in [(Fault::AnswerLost, true), (Fault::Hangs, false)] {
        let wire = Wire::new();
        let gallery = Gallery::open_with(|engine| wire.connection(engine)).await;
        let Gallery { app, author, board, .. } = &gallery;
        let id = gallery.upload(author).await;
        let body = json!({ "title": "제목", "content": "내용", "is_anonymous": true, "media_ids": [id] });
        let path = format!("/boards/{board}/posts");
        let send = async || app.post(&path).by(author).header("idempotency-key", "k").json(&body).send().await;
        // The first transaction writes the sweep down, the second one the post.
        wire.plan("TransactWriteItems", 1, fault, usize::MAX);
        send().await.is_problem(503, "unavailable");
        assert!(wire.mend() > 0);
        app.audit().await;

        assert_eq!(gallery.sweep_later().await.finished, u32::from(!is_done), "{fault:?}");
        assert_eq!(gallery.pictures().len(), usize::from(is_done), "{fault:?}");
        let post = send().await;
        assert_eq!(post.is(201).header("idempotency-replayed") == "true", is_done, "{fault:?}");
        gallery.shows(&post).await;
        app.audit().await;
    }
}
