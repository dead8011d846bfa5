//! Pictures: those that are in no post yet, and those that have to be deleted.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use super::campus::Damage::{self, Set};
use super::campus::{Campus, Key, key, misplaced, needs, number, text, told};

const DUE: &str = "2026-03-02T00:00:00.000Z";

fn map(fields: &[(&str, AttributeValue)]) -> AttributeValue {
    AttributeValue::M(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<HashMap<_, _>>())
}

/// A sweep of the campus's school, and where it belongs.
fn sweep(campus: &Campus, what: &str, id: &str, of: &[(&str, AttributeValue)]) -> (Key, Vec<Damage>) {
    let at = key("SWEEPS", format!("{DUE}#{}#{id}", what.to_uppercase()));
    (at.clone(), sweep_at(campus, &at, what, of))
}

fn sweep_at(campus: &Campus, at: &Key, what: &str, of: &[(&str, AttributeValue)]) -> Vec<Damage> {
    let (school, of) = (text(campus.school.id), map(&[(what, map(of))]));
    vec![Set(at.clone(), "school_id", school), Set(at.clone(), "due_at", text(DUE)), Set(at.clone(), "of", of)]
}

fn no_media() -> AttributeValue {
    AttributeValue::L(Vec::new())
}

#[tokio::test]
async fn what_is_swept_is_in_no_post() {
    let campus = Campus::open().await;
    let attempt = |post: &str| [("board_id", text(&campus.board)), ("post_id", text(post)), ("media", no_media())];
    let nobodys = Uuid::now_v7().to_string();
    let (_, of_nothing) = sweep(&campus, "attempt", &nobodys, &attempt(&nobodys));
    campus.tells(&of_nothing, []).await;
    let (at, of_a_post) = sweep(&campus, "attempt", &campus.named_post, &attempt(&campus.named_post));
    let beside = format!("{}: it must not be beside {}.", told(&at), told(&campus.head(&campus.named_post)));
    campus.tells(&of_a_post, [beside]).await;

    let of_post = |post: &str| [("post_id", text(post)), ("media", no_media())];
    let (_, of_deleted) = sweep(&campus, "post", &campus.deleted_post, &of_post(&campus.deleted_post));
    campus.tells(&of_deleted, []).await;
    let (at, of_live) = sweep(&campus, "post", &campus.named_post, &of_post(&campus.named_post));
    let deleted = campus.at(format!("#POST#{}", campus.named_post), "DELETED");
    campus.tells(&of_live, [needs(&at, &[&deleted])]).await;

    let of_board = |board: &str| [("board_id", text(board))];
    let (at, of_live) = sweep(&campus, "board", &campus.board, &of_board(&campus.board));
    let tombstone = campus.at(format!("#BOARD#{}", campus.board), "DELETED");
    campus.tells(&of_live, [needs(&at, &[&tombstone])]).await;
    let (at, _) = sweep(&campus, "board", &campus.deleted_board, &of_board(&campus.deleted_board));
    let elsewhere = key("SWEEPS", format!("{DUE}#BOARD#{nobodys}"));
    let moved = sweep_at(&campus, &elsewhere, "board", &of_board(&campus.deleted_board));
    campus.tells(&moved, [misplaced(&elsewhere, &at)]).await;
}

#[tokio::test]
async fn a_picture_is_in_one_post_or_none() {
    let campus = Campus::open().await;
    let picture = map(&[("id", text(&campus.upload)), ("content_type", text("image/png"))]);
    let pictured = |post: &str| Set(campus.head(post), "media", AttributeValue::L(vec![picture.clone()]));
    let twice = [pictured(&campus.named_post), pictured(&campus.anonymous_post)];
    let findings = campus.findings_after(&twice).await;
    assert_eq!(findings.len(), 2, "the upload and one of the posts have lost it: {findings:#?}");
    assert!(
        findings.iter().all(|finding| finding.contains(&format!("picture {} is ", campus.upload))),
        "{findings:#?}"
    );

    let nobody = Uuid::new_v4();
    let theirs = |sk: &str| campus.at(format!("#USER#{nobody}"), sk);
    let stray = theirs(&format!("MEDIA#{}", Uuid::now_v7()));
    let fields = [("content_type", text("image/png")), ("size", number(1)), ("expires_at", number(9_999_999_999_i64))];
    let damage = fields.map(|(name, value)| Set(stray.clone(), name, value));
    let purge = key("PURGES", format!("{}#{nobody}", campus.school.id));
    campus.tells(&damage, [needs(&stray, &[&theirs("PROFILE"), &purge])]).await;
}
