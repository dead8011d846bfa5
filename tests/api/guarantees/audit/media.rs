//! Findings about uploads and media deletions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use super::sample::Damage::{self, Set};
use super::sample::{Key, SampleTable, key, misplaced, needs, number, text, text_of};
use crate::support::ids::unknown;

const DUE: &str = "2026-03-02T00:00:00.000Z";

fn map(fields: &[(&str, AttributeValue)]) -> AttributeValue {
    AttributeValue::M(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<HashMap<_, _>>())
}

/// A media deletion, and its key.
fn deletion(sample: &SampleTable, what: &str, id: &str, of: &[(&str, AttributeValue)]) -> (Key, Vec<Damage>) {
    let at = key("SWEEPS", format!("{DUE}#{}#{id}", what.to_uppercase()));
    (at.clone(), media_deletion_at(sample, &at, what, of))
}

fn media_deletion_at(sample: &SampleTable, at: &Key, what: &str, of: &[(&str, AttributeValue)]) -> Vec<Damage> {
    let (school, of) = (text(sample.school.id), map(&[(what, map(of))]));
    vec![Set(at.clone(), "school_id", school), Set(at.clone(), "due_at", text(DUE)), Set(at.clone(), "of", of)]
}

fn no_media() -> AttributeValue {
    AttributeValue::L(Vec::new())
}

#[tokio::test]
async fn a_picture_that_is_to_be_deleted_is_in_no_post() {
    let sample = SampleTable::start().await;
    let attempt = |post: &str| [("post_id", text(post)), ("media", no_media())];
    let nobodys = Uuid::now_v7().to_string();
    let no_post = unknown(&sample.named_post);
    let (_, of_nothing) = deletion(&sample, "attempt", &no_post, &attempt(&no_post));
    sample.finds(&of_nothing, []).await;
    let (at, of_a_post) = deletion(&sample, "attempt", &sample.named_post, &attempt(&sample.named_post));
    let beside =
        format!("{}: it must not exist together with {}.", text_of(&at), text_of(&sample.head(&sample.named_post)));
    sample.finds(&of_a_post, [beside]).await;

    let of_post = |post: &str| [("post_id", text(post)), ("media", no_media())];
    let (_, of_deleted) = deletion(&sample, "post", &sample.deleted_post, &of_post(&sample.deleted_post));
    sample.finds(&of_deleted, []).await;
    let (at, of_live) = deletion(&sample, "post", &sample.named_post, &of_post(&sample.named_post));
    let deleted = sample.at(format!("#POST#{}", sample.named_post), "DELETED");
    sample.finds(&of_live, [needs(&at, &[&deleted])]).await;

    let of_board = |board: &str| [("board_id", text(board))];
    let (at, of_live) = deletion(&sample, "board", &sample.board, &of_board(&sample.board));
    let deleted_board = sample.at(format!("#BOARD#{}", sample.board), "DELETED");
    sample.finds(&of_live, [needs(&at, &[&deleted_board])]).await;
    let (at, _) = deletion(&sample, "board", &sample.deleted_board, &of_board(&sample.deleted_board));
    let elsewhere = key("SWEEPS", format!("{DUE}#BOARD#{nobodys}"));
    let moved = media_deletion_at(&sample, &elsewhere, "board", &of_board(&sample.deleted_board));
    sample.finds(&moved, [misplaced(&elsewhere, &at)]).await;
}

#[tokio::test]
async fn a_picture_is_in_one_post_or_none() {
    let sample = SampleTable::start().await;
    let picture = map(&[("id", text(&sample.upload)), ("content_type", text("image/png"))]);
    let pictured = |post: &str| Set(sample.head(post), "media", AttributeValue::L(vec![picture.clone()]));
    let twice = [pictured(&sample.named_post), pictured(&sample.anonymous_post)];
    let findings = sample.findings_after(&twice).await;
    assert_eq!(findings.len(), 2, "the upload and one of the posts have lost it: {findings:#?}");
    assert!(
        findings.iter().all(|finding| finding.contains(&format!("picture {} is ", sample.upload))),
        "{findings:#?}"
    );

    let nobody = Uuid::new_v4();
    let theirs = |sk: &str| sample.at(format!("#USER#{nobody}"), sk);
    let stray = theirs(&format!("MEDIA#{}", Uuid::now_v7()));
    let fields = [("content_type", text("image/png")), ("size", number(1)), ("expires_at", number(9_999_999_999_i64))];
    let damage = fields.map(|(name, value)| Set(stray.clone(), name, value));
    let purge = key("PURGES", format!("{}#{nobody}", sample.school.id));
    sample.finds(&damage, [needs(&stray, &[&theirs("PROFILE"), &purge])]).await;
}
