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
    let nobodys = Uuid::now_v7().to_string();
    let folder = Uuid::new_v4().to_string();
    let of_folder = [("folder", text(&*folder)), ("media", no_media())];
    let (at, of_folder) = deletion(&sample, "folder", &folder, &of_folder);
    sample.finds(&of_folder, []).await;
    let picture = map(&[("id", text(Uuid::now_v7())), ("content_type", text("image/png"))]);
    let head = sample.head(&sample.named_post);
    let with_picture = Set(head.clone(), "media", AttributeValue::L(vec![picture]));
    let with_folder = || Set(head.clone(), "media_folder", text(&*folder));
    let beside = format!("{}: it must not exist together with \"MEDIA-FOLDER\" {folder:?}.", text_of(&at));
    sample.finds(&of_folder.into_iter().chain([with_picture, with_folder()]).collect::<Vec<_>>(), [beside]).await;
    let without_picture = format!("{}: a post has a folder exactly if it has pictures.", text_of(&head));
    sample.finds(&[with_folder()], [without_picture]).await;

    let moderation = map(&[
        ("state", text("removed")),
        ("reason", text("abuse")),
        ("since", text(DUE)),
        ("appeal", text("not_made")),
    ]);
    let of_removed = |post: &str| {
        let fields = [("post_id", text(post)), ("moderation", moderation.clone())];
        [&fields[..], &[("folder", text(&*folder)), ("media", no_media())]].concat()
    };
    for post in [&sample.named_post, &sample.deleted_post] {
        let (_, of_removed) = deletion(&sample, "removed", &folder, &of_removed(post));
        sample.finds(&of_removed, []).await;
    }
    let no_post = unknown(&sample.named_post);
    let (at, of_nothing) = deletion(&sample, "removed", &folder, &of_removed(&no_post));
    let deleted = sample.at(format!("#POST#{no_post}"), "DELETED");
    let board = no_post.parse::<campus_core::domain::PostId>().unwrap().board();
    let (uuid, _) = no_post.split_at(32);
    let head = sample.at(format!("#BOARD#{board}"), format!("POST#{uuid}"));
    sample.finds(&of_nothing, [needs(&at, &[&head, &deleted])]).await;

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
    let pictured = |post: &str| {
        let media = Set(sample.head(post), "media", AttributeValue::L(vec![picture.clone()]));
        [media, Set(sample.head(post), "media_folder", text(Uuid::new_v4()))]
    };
    let twice = [pictured(&sample.named_post), pictured(&sample.anonymous_post)];
    let findings = sample.findings_after(&twice.into_iter().flatten().collect::<Vec<_>>()).await;
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
