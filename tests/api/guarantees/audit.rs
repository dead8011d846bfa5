//! The auditor: it finds nothing in a table that the service wrote, and reports each kind of damage.

mod community;
mod exports;
mod media;
mod moderation;
mod notifications;
mod planning;
mod sample;
mod takedowns;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::store::{Audit, Table};
use uuid::Uuid;

use self::sample::Damage::{self, Deleted, Set};
use self::sample::{Key, SampleTable, key, key_of, misplaced, needs, number, text, text_of, unconfirmed};
use crate::support::harness::{Student, TestApp};
use crate::support::ids::post_uuid;
use crate::support::table::Row;

#[tokio::test]
async fn a_table_that_the_service_wrote_has_no_findings_and_no_unknown_rows() {
    let sample = SampleTable::start().await;
    let report = sample.app.recount().await;
    assert_eq!(report.findings, [""; 0]);
    let expected = [
        ("account key", 1),
        ("anonymous block", 2),
        ("block", 2),
        ("board name", 3),
        ("board", 3),
        ("catalogue chunk", 1),
        ("catalogue", 1),
        ("comment", 5),
        ("commenter", 3),
        ("course", 2),
        ("current policies", 1),
        ("cursor key", 1),
        ("declined student", 1),
        ("deleted board", 1),
        ("deleted post", 1),
        ("directory entry", 3),
        ("email address", 1),
        ("exam info location", 1),
        ("exam info", 1),
        ("friend", 2),
        ("friendship", 3),
        ("grade settings", 1),
        ("grades of a semester", 1),
        ("hidden post", 1),
        ("idempotency key", 1),
        ("indexed lecture", 2),
        ("last post", 3),
        ("like of a comment", 2),
        ("like of a review", 2),
        ("like of an exam info", 1),
        ("listed catalogue", 1),
        ("listed thread", 4),
        ("login", 6),
        ("mail key", 1),
        ("media deletion", 1),
        ("message", 6),
        ("nickname", 6),
        ("own exam info", 1),
        ("operator's reset", 1),
        ("own post", 5),
        ("own review", 1),
        ("password reset", 1),
        ("pin", 2),
        ("policy text", 2),
        ("post body", 6),
        ("post head", 5),
        ("profile", 6),
        ("public push keys", 1),
        ("push key", 1),
        ("reaction", 3),
        ("request", 4),
        ("review location", 2),
        ("review", 1),
        ("school", 3),
        ("scrap", 2),
        ("semester timetables", 1),
        ("sessions", 6),
        ("share link", 1),
        ("signing key", 1),
        ("started thread", 2),
        ("student's counter", 1),
        ("taken lecture", 2),
        ("term", 1),
        ("thread", 2),
        ("timetable", 2),
        ("upload", 1),
        ("user handle", 6),
        ("verification code", 2),
        ("verification deadline", 1),
    ];
    assert_eq!(report.rows, BTreeMap::from(expected));
}

#[tokio::test]
async fn a_row_without_its_attributes_is_reported() {
    let sample = SampleTable::start().await;
    for row in sample.app.rows().await {
        let (pk, sk) = key_of(&row);
        sample.put(&HashMap::from([("pk".to_owned(), text(&pk)), ("sk".to_owned(), text(&sk))])).await;
        let unreadable = format!("{pk:?} {sk:?}: it cannot be read: ");
        let findings = sample.findings().await;
        assert_eq!(findings.iter().filter(|finding| finding.starts_with(&unreadable)).count(), 1, "{findings:#?}");
        sample.put(&row).await;
    }
}

#[tokio::test]
async fn a_missing_row_is_reported_unless_it_may_be_missing() {
    let sample = SampleTable::start().await;
    for row in sample.app.rows().await {
        let key = key_of(&row);
        sample.delete(&key).await;
        let uncounted = format!("LIKE#{}", sample.deleted_leaf);
        // A review and an exam info stay when their author withdraws.
        // A block of a user, and of an anonymous starter. A block of an alias has two rows, and needs both.
        let block = format!("BLOCK#{}", sample.other.id);
        let is_lone_block = key.1 == block || key.1 == format!("{block}#AUTHOR#AUTHOR");
        let kinds = [
            "CODE",
            "LIMIT#",
            "ONCE#",
            "PIN#",
            "LASTPOST#",
            "DECLINED#",
            "MEDIA#",
            "TERM",
            "REVIEWED#",
            "EXAMINFO#",
            "GRADES#",
            "RESET",
            "OPERATORRESET#",
            &uncounted,
        ];
        let may_go = is_lone_block || kinds.iter().any(|kind| key.1.starts_with(kind));
        let may_go =
            may_go || key.0 == "SWEEPS" || key.0.starts_with("UNVERIFIED#") || key.1.ends_with(&sample.deleted_review);
        assert_eq!(sample.findings().await.is_empty(), may_go, "{key:?}");
        sample.put(&row).await;
    }
}

#[tokio::test]
async fn a_row_of_an_unknown_student_is_reported() {
    let sample = SampleTable::start().await;
    let nobody = Uuid::new_v4().to_string();
    let ids =
        [sample.school.id.to_string(), sample.student.id.clone(), sample.board.clone(), sample.named_post.clone()];
    let mut strays = 0;
    for row in sample.app.rows().await {
        let (pk, sk) = key_of(&row);
        for id in &ids {
            let stray = (pk.replace(id, &nobody), sk.replace(id, &nobody));
            if stray == (pk.clone(), sk.clone()) {
                continue;
            }
            let mut copy = row.clone();
            copy.extend([("pk".to_owned(), text(&stray.0)), ("sk".to_owned(), text(&stray.1))]);
            sample.put(&copy).await;
            assert_ne!(sample.findings().await, [""; 0], "{stray:?}");
            sample.delete(&stray).await;
            strays += 1;
        }
    }
    assert!(strays > 30, "{strays}");
    sample.app.audit().await;
}

#[tokio::test]
async fn a_row_that_campus_never_writes_is_reported() {
    let sample = SampleTable::start().await;
    let board_partition = format!("#BOARD#{}", sample.board);
    for stray in [
        key("NOTES", "1"),
        key("LOGIN#maru", "SOMETHING"),
        key("SIGNING-KEY", "OLD-KEY"),
        key("PURGES", "everybody"),
        key("SCHOOLS", "가온대학교"),
        sample.at("", "NOTES"),
        sample.at("S", "SCHOOL"),
        sample.at("#BOARDS", sample.board.clone()),
        sample.at("#BOARDS", "BOARD#no-id"),
        sample.at("#BOARDNAME#자유", "BOARD"),
        sample.at(&board_partition, "POST#no-id"),
        sample.at(&board_partition, "SOMETHING"),
        sample.at(format!("#POST#{}", sample.named_post), "HEAD"),
        sample.at("#POST#no-id", "BODY"),
        sample.at("#NICKNAME#마루", "EMAIL"),
        sample.own("PIN#no-id"),
        sample.own("SESSIONS#2"),
        sample.own("NOTES"),
        sample.own("TIMETABLES#2026"),
        sample.at("#CATALOGUE#2026-1", "NOTES"),
        sample.at("#CATALOGUE#2026", "CATALOGUE"),
        sample.at("#TIMETABLE#no-id", "TIMETABLE"),
        sample.at("#COURSE#no-id", "COURSE"),
        sample.at(format!("#COURSE#{}", "0".repeat(32)), "NOTES"),
        sample.at(format!("#COURSE#{}", "0".repeat(32)), "REVIEW#no-id"),
        sample.at("#REVIEW#no-id", "PLACE"),
        sample.own("REVIEWED#no-id"),
        sample.own("REVIEWLIKE#no-id"),
        sample.at(format!("#COURSE#{}", "0".repeat(32)), "EXAM#no-id"),
        sample.at("#EXAM#no-id", "PLACE"),
        sample.own(format!("EXAMINFO#{}#2026-1#mock", "0".repeat(32))),
        sample.own("EXAMLIKE#no-id"),
        sample.own("GRADES#2026-3"),
        sample.own(format!("TAKEN#2026-2#{}", sample.timetable)),
        sample.at("#PAIR#no-id#no-id", "PAIR"),
        sample.at("#LOGIN#maru", "LOGIN"),
        sample.own("FRIEND#no-id"),
        key("SHARE#x", "SOMETHING"),
        key("SCHOOL#no-id", "SCHOOL"),
    ] {
        let finding = format!("{}: Campus writes no row with this key.", text_of(&stray));
        sample.finds(&[Set(stray, "id", text("x"))], [finding]).await;
    }
    let strays = [Set(key("NOTES", "1"), "id", number(1)), Set(key("NOTES", "\u{1b}[2J\n"), "id", number(1))];
    let findings = sample.findings_after(&strays).await;
    assert_eq!(findings.len(), 2);
    assert!(!findings.concat().contains(char::is_control), "nothing in a key acts on the terminal");
}

#[tokio::test]
async fn a_school_and_its_directory_entry_are_equal() {
    let sample = SampleTable::start().await;
    let id = sample.empty_school.id;
    let school = key(format!("SCHOOL#{id}"), "SCHOOL");
    let entry = key("SCHOOLS", "NAME#dasom 대학교");
    let said_of = |domains: &str, days: u8| {
        format!(
            "school {id} is named \"Dasom 대학교\", has the email domains {domains} and the policy open, its accounts are \
             young for {days} days, and reports hide from a weight of 5"
        )
    };
    let said = |domains: &str| said_of(domains, 0);
    sample.finds(&[Deleted(school.clone())], [unconfirmed(&entry, said("[]"))]).await;
    sample.finds(&[Deleted(entry.clone())], [unconfirmed(&school, said("[]"))]).await;
    let domains = AttributeValue::L(vec![text("dasom.example")]);
    let both = [unconfirmed(&school, said("[]")), unconfirmed(&entry, said("[\"dasom.example\"]"))];
    sample.finds(&[Set(entry.clone(), "email_domains", domains)], both).await;
    let longer = [unconfirmed(&school, said("[]")), unconfirmed(&entry, said_of("[]", 8))];
    sample.finds(&[Set(entry.clone(), "young_days", number(8))], longer).await;
    let other_name = [misplaced(&entry, &key("SCHOOLS", "NAME#라온")), unconfirmed(&school, said("[]"))];
    sample.finds(&[Set(entry.clone(), "name", text("라온"))], other_name).await;
    let other_id = Uuid::now_v7();
    let other = [misplaced(&school, &key(format!("SCHOOL#{other_id}"), "SCHOOL")), unconfirmed(&entry, said("[]"))];
    sample.finds(&[Set(school.clone(), "id", text(other_id))], other).await;
}

#[tokio::test]
async fn unique_values_of_a_student_belong_to_the_student() {
    let sample = SampleTable::start().await;
    let Student { id, login_id, nickname, .. } = sample.student.clone();
    let (school, profile) = (sample.school.id, sample.own("PROFILE"));
    let nickname_in = |nickname: &str| format!("nickname {nickname:?} in school {school}");
    let cases = [
        ("login_id", key(format!("LOGIN#{login_id}"), "LOGIN"), format!("login id {login_id:?}"), "login id \"maru\""),
        (
            "nickname",
            sample.at(format!("#NICKNAME#{nickname}"), "NICKNAME"),
            nickname_in(&nickname),
            &nickname_in("maru"),
        ),
    ];
    let known_at = |place: &str| format!("user handle {:?}", sample.at(place, "PERSON").0);
    let nobody = Uuid::new_v4();
    for (attribute, row, thing, other_thing) in cases {
        let said = unconfirmed(&profile, sample.owned(&thing, &id));
        sample.finds(&[Deleted(row.clone())], [said.clone()]).await;
        let others = unconfirmed(&row, sample.owned(&thing, nobody));
        sample.finds(&[Set(row.clone(), "user_id", text(nobody))], [said.clone(), others]).await;
        let elsewhere = unconfirmed(&row, format!("{thing} belongs to user {id} of school {nobody}"));
        sample.finds(&[Set(row.clone(), "school_id", text(nobody))], [said, elsewhere]).await;
        // The profile has the value as the student typed it.
        let mut changed =
            vec![unconfirmed(&profile, sample.owned(other_thing, &id)), unconfirmed(&row, sample.owned(&thing, &id))];
        let (typed, person) = match attribute {
            "login_id" => ("maru", Some((format!("#LOGIN#{login_id}"), "#LOGIN#maru"))),
            _ => ("MARU", None),
        };
        if let Some((place, other_place)) = person {
            let address = |login_id: &str| {
                sample.owned(&format!("email address {:?} of login id {login_id:?}", sample.student.email), &id)
            };
            changed.push(unconfirmed(&profile, address("maru")));
            let row = key(format!("EMAIL#{}", sample.student.email), "EMAIL");
            changed.push(unconfirmed(&row, address(&login_id)));
            let person = sample.at(&place, "PERSON");
            changed.push(unconfirmed(&profile, sample.owned(&known_at(other_place), &id)));
            changed.push(unconfirmed(&person, sample.owned(&known_at(&place), &id)));
            let said = unconfirmed(&profile, sample.owned(&known_at(&place), &id));
            sample.finds(&[Deleted(person.clone())], [said.clone()]).await;
            let others = unconfirmed(&person, sample.owned(&known_at(&place), nobody));
            sample.finds(&[Set(person, "user_id", text(nobody))], [said, others]).await;
        }
        sample.finds(&[Set(profile.clone(), attribute, text(typed))], changed).await;
    }
}

#[tokio::test]
async fn sessions_say_as_the_profile_whether_the_student_is_verified() {
    let sample = SampleTable::start().await;
    let (profile, sessions) = (sample.others("PROFILE"), sample.others("SESSIONS"));
    let statement = format!("user {} of school {} is verified", sample.other.id, sample.school.id);
    let verified_at = ("at".to_owned(), text("2026-03-02T00:00:00.000Z"));
    let verified = AttributeValue::M(HashMap::from([("state".to_owned(), text("verified")), verified_at]));
    let by_profile = sample.findings_after(&[Set(profile.clone(), "verification", verified.clone())]).await;
    assert!(by_profile.contains(&unconfirmed(&profile, &statement)), "{by_profile:#?}");
    let by_sessions = || Set(sessions.clone(), "verified", AttributeValue::Bool(true));
    let by_both = sample.findings_after(&[Set(profile, "verification", verified), by_sessions()]).await;
    assert!(!by_both.iter().any(|finding| finding.contains(&statement)), "{by_both:#?}");
    sample.finds(&[by_sessions()], [unconfirmed(&sessions, &statement)]).await;
}

#[tokio::test]
async fn a_verified_address_belongs_to_the_student_who_has_confirmed_it() {
    let sample = SampleTable::start().await;
    let Student { id, login_id, email, .. } = sample.student.clone();
    let (row, profile) = (key(format!("EMAIL#{email}"), "EMAIL"), sample.own("PROFILE"));
    let owned =
        |login_id: &str, user: &str| sample.owned(&format!("email address {email:?} of login id {login_id:?}"), user);
    let said = unconfirmed(&profile, owned(&login_id, &id));
    sample.finds(&[Deleted(row.clone())], [said.clone()]).await;
    let nobody = Uuid::new_v4().to_string();
    let others = unconfirmed(&row, owned(&login_id, &nobody));
    sample.finds(&[Set(row.clone(), "user_id", text(&nobody))], [said.clone(), others]).await;
    let renamed = unconfirmed(&row, owned("maru", &id));
    sample.finds(&[Set(row, "login_id", text("maru"))], [said, renamed]).await;
    let differs = format!("{}: its email address is not the one that the student has confirmed.", text_of(&profile));
    sample.finds(&[Set(profile, "email", text("maru@example.ac.kr"))], [differs]).await;
}

#[tokio::test]
async fn a_student_with_a_deadline_is_not_verified() {
    let sample = SampleTable::start().await;
    let rows = sample.app.rows().await;
    let deadline = rows.iter().map(key_of).find(|(pk, _)| pk.starts_with("UNVERIFIED#")).unwrap();
    let [_, school, user] = deadline.1.split('#').collect::<Vec<_>>()[..] else { panic!("{deadline:?}") };
    let profile = key(format!("SCHOOL#{school}#USER#{user}"), "PROFILE");
    let unverified = (profile.0.clone(), "PROFILE UNVERIFIED".to_owned());
    let verified = [("state", text("verified")), ("at", text("2026-03-02T00:00:00.000Z"))];
    let verified = verified.map(|(name, value)| (name.to_owned(), value)).into();
    let said = unconfirmed(&profile, format!("user {user} of school {school} is verified"));
    let damage = [Set(profile, "verification", AttributeValue::M(verified))];
    sample.finds(&damage, [needs(&deadline, &[&unverified]), said]).await;
    let later = key(&deadline.0, deadline.1.replacen("20", "21", 1));
    let moved = Set(deadline.clone(), "deadline", text(later.1.split('#').next().unwrap()));
    sample.finds(&[moved], [misplaced(&deadline, &later)]).await;
}

#[tokio::test]
async fn a_profile_has_the_key_of_its_ids_and_a_school() {
    let sample = SampleTable::start().await;
    let nobody = Uuid::new_v4();
    let profile = sample.own("PROFILE");
    for (attribute, right) in [
        ("id", sample.at(format!("#USER#{nobody}"), "PROFILE")),
        ("school_id", key(format!("SCHOOL#{nobody}#USER#{}", sample.student.id), "PROFILE")),
    ] {
        let findings = sample.findings_after(&[Set(profile.clone(), attribute, text(nobody))]).await;
        assert!(findings.contains(&misplaced(&profile, &right)), "{findings:#?}");
        assert_eq!(
            findings.len(),
            6,
            "its login id, email address, nickname and user handle have no owner, and its sessions are verified: {findings:#?}"
        );
    }
    let school = sample.at("", "SCHOOL");
    let findings = sample.findings_after(&[Deleted(school.clone())]).await;
    for row in [profile, sample.at("#BOARDS", format!("BOARD#{}", sample.board))] {
        assert!(findings.contains(&needs(&row, &[&school])), "{findings:#?}");
    }
    let deleted_board = sample.at(format!("#BOARD#{}", sample.deleted_board), "DELETED");
    assert!(findings.contains(&needs(&deleted_board, &[&school])), "{findings:#?}");
}

/// Adds the row of a withdrawn student.
fn withdrawn_at(at: &Key) -> Vec<Damage> {
    vec![Set(at.clone(), "withdrawn_at", text("2026-03-02T00:00:00.000Z"))]
}

/// Adds a purge.
fn purge_at(at: &Key) -> Vec<Damage> {
    let (school, user) = at.1.split_once('#').unwrap();
    let ids = [("school_id", school), ("user_id", user), ("withdrawn_at", "2026-03-02T00:00:00.000Z")];
    ids.map(|(name, value)| Set(at.clone(), name, text(value))).into()
}

#[tokio::test]
async fn rows_of_a_student_need_the_profile_or_a_purge() {
    let sample = SampleTable::start().await;
    let nobody = Uuid::new_v4();
    let theirs = |sk: &str| sample.at(format!("#USER#{nobody}"), sk);
    let purge = key("PURGES", format!("{}#{nobody}", sample.school.id));
    let (profile, withdrawn) = (theirs("PROFILE"), theirs("WITHDRAWN"));
    let rows = sample.app.rows().await;
    let is_leftover = |(_, sk): &Key| ["PIN#", "ONCE#", "LASTPOST#"].iter().any(|kind| sk.starts_with(kind));
    let leftovers: Vec<_> = rows.iter().filter(|row| is_leftover(&key_of(row))).collect();
    assert_eq!(leftovers.len(), 6, "two pins, an idempotency key, three last posts");
    for leftover in leftovers {
        let row = theirs(&key_of(leftover).1);
        let stray = || -> Vec<Damage> {
            let names = ["expires_at", "pinned_at", "fingerprint", "status", "resource_id", "text_hash"];
            let has = |name: &&'static str| leftover.get(*name).map(|value| Set(row.clone(), name, value.clone()));
            names.iter().filter_map(has).collect()
        };
        sample.finds(&stray(), [needs(&row, &[&profile, &purge])]).await;
        let purging = || withdrawn_at(&withdrawn).into_iter().chain(purge_at(&purge));
        sample.finds(&stray().into_iter().chain(purging()).collect::<Vec<_>>(), []).await;
        let purged = withdrawn_at(&withdrawn);
        let left_behind = [needs(&row, &[&profile, &purge])];
        sample.finds(&stray().into_iter().chain(purged).collect::<Vec<_>>(), left_behind).await;
    }
    let sessions = rows.iter().find(|row| key_of(row) == sample.own("SESSIONS")).unwrap();
    let stray = ["live", "begun"].map(|name| Set(theirs("SESSIONS"), name, sessions[name].clone()));
    sample.finds(&stray, [needs(&theirs("SESSIONS"), &[&profile])]).await;
    sample.finds(&[Deleted(sample.own("SESSIONS"))], [needs(&sample.own("PROFILE"), &[&sample.own("SESSIONS")])]).await;
}

#[tokio::test]
async fn a_withdrawn_student_has_a_row_in_place_of_the_profile() {
    let sample = SampleTable::start().await;
    let nobody = Uuid::new_v4();
    let purge = key("PURGES", format!("{}#{}", sample.school.id, sample.student.id));
    let (profile, withdrawn) = (sample.own("PROFILE"), sample.own("WITHDRAWN"));
    let beside = format!("{}: it must not exist together with {}.", text_of(&withdrawn), text_of(&profile));
    sample.finds(&withdrawn_at(&withdrawn), [beside]).await;
    sample.finds(&purge_at(&purge), [needs(&purge, &[&withdrawn])]).await;
    let nowhere = key(format!("SCHOOL#{nobody}#USER#{nobody}"), "WITHDRAWN");
    let school = key(format!("SCHOOL#{nobody}"), "SCHOOL");
    sample.finds(&withdrawn_at(&nowhere), [needs(&nowhere, &[&school])]).await;

    let Student { login_id, email, nickname, .. } = &sample.student;
    let withdrawal = [
        Deleted(profile),
        Deleted(key(format!("LOGIN#{login_id}"), "LOGIN")),
        Deleted(key(format!("EMAIL#{email}"), "EMAIL")),
        Deleted(sample.at(format!("#NICKNAME#{nickname}"), "NICKNAME")),
        Deleted(sample.at(format!("#LOGIN#{login_id}"), "PERSON")),
        Deleted(sample.own("SESSIONS")),
    ];
    let rest = withdrawn_at(&withdrawn).into_iter().chain(purge_at(&purge));
    sample.finds(&withdrawal.into_iter().chain(rest).collect::<Vec<_>>(), []).await;
}

#[tokio::test]
async fn a_board_has_one_name_and_a_manager_and_is_not_deleted() {
    let sample = SampleTable::start().await;
    let (school, id, nobody) = (sample.school.id, &sample.bare_board, Uuid::now_v7());
    let board = sample.at("#BOARDS", format!("BOARD#{id}"));
    let name = sample.at("#BOARDNAME#plaza 광장", "BOARDNAME");
    let named = |id: &str, name: &str| format!("board {id} of school {school} is named {name:?}");
    sample.finds(&[Deleted(board.clone())], [unconfirmed(&name, named(id, "plaza 광장"))]).await;
    sample.finds(&[Deleted(name.clone())], [unconfirmed(&board, named(id, "plaza 광장"))]).await;
    let renamed = [unconfirmed(&board, named(id, "new")), unconfirmed(&name, named(id, "plaza 광장"))];
    sample.finds(&[Set(board.clone(), "name", text("NEW"))], renamed).await;
    let others = [unconfirmed(&board, named(id, "plaza 광장")), unconfirmed(&name, named(&sample.board, "plaza 광장"))];
    sample.finds(&[Set(name.clone(), "board_id", text(&sample.board))], others).await;
    let old_name = sample.at("#BOARDNAME#광장", "BOARDNAME");
    let left = [unconfirmed(&old_name, named(id, "광장"))];
    sample.finds(&[Set(old_name.clone(), "board_id", text(id))], left).await;

    let right = sample.at("#BOARDS", format!("BOARD#{nobody}"));
    let moved = [misplaced(&board, &right), unconfirmed(&name, named(id, "plaza 광장"))];
    sample.finds(&[Set(board.clone(), "id", text(nobody))], moved).await;
    let manager = ["PROFILE", "WITHDRAWN"].map(|sk| sample.at(format!("#USER#{nobody}"), sk));
    let unmanaged = [needs(&board, &[&manager[0], &manager[1]])];
    sample.finds(&[Set(board.clone(), "manager_id", text(nobody))], unmanaged).await;
    let deleted_board = sample.at(format!("#BOARD#{id}"), "DELETED");
    let both = [format!("{}: it must not exist together with {}.", text_of(&deleted_board), text_of(&board))];
    sample.finds(&[Set(deleted_board, "deleted_at", text("2026-03-02T00:00:00.000Z"))], both).await;
}

#[tokio::test]
async fn rows_of_a_board_need_the_board_or_the_deleted_board() {
    let sample = SampleTable::start().await;
    let id = &sample.deleted_board;
    let (board, deleted_board) =
        (sample.at("#BOARDS", format!("BOARD#{id}")), sample.at(format!("#BOARD#{id}"), "DELETED"));
    let rows = sample.app.rows().await;
    let head = rows.iter().map(key_of).find(|(pk, sk)| pk == &deleted_board.0 && sk.starts_with("POST#")).unwrap();
    let (pin, last_post) = (sample.own(format!("PIN#{id}")), sample.own(format!("LASTPOST#{id}")));
    let author = (deleted_board.0.clone(), format!("MANAGER#{}", sample.student.id));
    let others = (deleted_board.0.clone(), "CONTENT-OF-OTHERS".to_owned());
    let head = needs(&head, &[&deleted_board, &author, &others]);
    let left = [pin, last_post].map(|row| needs(&row, &[&board, &deleted_board]));
    let left = left.into_iter().chain([head]);
    let deletion = rows.iter().map(key_of).find(|(pk, _)| pk == "SWEEPS").unwrap();
    let left = left.chain([needs(&deletion, &[&deleted_board])]);
    sample.finds(&[Deleted(deleted_board.clone())], left).await;
}

#[tokio::test]
async fn a_board_knows_whether_others_have_posted_on_it() {
    let sample = SampleTable::start().await;
    let (id, other) = (&sample.board, &sample.other.id);
    let board = sample.at("#BOARDS", format!("BOARD#{id}"));
    let partition = sample.at(format!("#BOARD#{id}"), "").0;
    let rows = sample.app.rows().await;
    let is_theirs = |row: &&Row| {
        row["pk"].as_s().unwrap() == &partition
            && row.get("author_id").is_some_and(|author| author.as_s().unwrap() == other)
    };
    let head = key_of(rows.iter().find(is_theirs).unwrap());
    let wanted = ["DELETED".to_owned(), format!("MANAGER#{other}"), "CONTENT-OF-OTHERS".to_owned()];
    let [deleted, manager, others] = wanted.map(|sk| (partition.clone(), sk));
    let missing = [needs(&head, &[&deleted, &manager, &others])];
    sample.finds(&[Set(board, "has_content_of_others", AttributeValue::Bool(false))], missing).await;
}

#[tokio::test]
async fn a_posts_head_and_body_fit_together() {
    let sample = SampleTable::start().await;
    let (post, student) = (&sample.named_post, &sample.student.id);
    let (head, body, own) = (sample.head(post), sample.body(post), sample.own(format!("POST#{post}")));
    let truth = sample.begins(post, "실명의 내용");
    let is_own = sample.is_own(post, student, &format!("by user {student}"));
    // Without its head, nothing says that the post need not be in the index yet.
    let not_indexed = sample.not_indexed(&body, post);
    let without_head = [not_indexed.clone(), unconfirmed(&body, &truth), unconfirmed(&own, &is_own)];
    sample.finds(&[Deleted(head.clone())], without_head).await;
    sample.finds(&[Deleted(body.clone())], [unconfirmed(&head, &truth)]).await;
    let anonymous = [unconfirmed(&own, &is_own), unconfirmed(&head, sample.is_own(post, student, "anonymous"))];
    sample.finds(&[Set(head.clone(), "is_anonymous", AttributeValue::Bool(true))], anonymous).await;
    let cases = [
        (&body, "content", text("다른 글"), sample.begins(post, "다른 글")),
        (&head, "content_preview", text("다른"), sample.begins(post, "다른")),
    ];
    for (row, attribute, value, said) in cases {
        let untouched = if row == &head { &body } else { &head };
        let both = [unconfirmed(untouched, &truth), unconfirmed(row, said)];
        sample.finds(&[Set(row.clone(), attribute, value)], both).await;
    }
    let on_another_board = format!("{}{}", post_uuid(post), sample.bare_board.replace('-', ""));
    let with_another_uuid = format!("{}{}", Uuid::now_v7().simple(), &post[32..]);
    let right = sample.at(format!("#BOARD#{}", sample.bare_board), format!("POST#{}", post_uuid(post)));
    for (id, right) in [(&on_another_board, right), (&with_another_uuid, sample.head(&with_another_uuid))] {
        let moved =
            [misplaced(&head, &right), not_indexed.clone(), unconfirmed(&body, &truth), unconfirmed(&own, &is_own)];
        sample.finds(&[Set(head.clone(), "id", text(id))], moved).await;
    }
}

#[tokio::test]
async fn a_post_has_an_author_and_correct_counters() {
    let sample = SampleTable::start().await;
    let (post, school, nobody) = (&sample.anonymous_post, sample.school.id, Uuid::new_v4());
    let head = sample.head(post);
    let author = ["PROFILE", "WITHDRAWN"].map(|sk| sample.at(format!("#USER#{nobody}"), sk));
    let is_own = |user: &str| sample.is_own(post, user, "anonymous");
    let by_nobody = [
        needs(&head, &[&author[0], &author[1]]),
        unconfirmed(&head, is_own(&nobody.to_string())),
        unconfirmed(&sample.own(format!("POST#{post}")), is_own(&sample.student.id)),
    ];
    sample.finds(&[Set(head.clone(), "author_id", text(nobody))], by_nobody).await;
    for (attribute, things, there) in [
        ("like_count", "likes", 1),
        ("hot_like_count", "likes that count", 1),
        ("scrap_count", "scraps", 1),
        ("comment_count", "live comments", 3),
    ] {
        let number_of = format!("the number of {things} of post {post} of school {school} is 3 too high");
        let wrong = [format!("{}: {number_of}.", text_of(&head))];
        sample.finds(&[Set(head.clone(), attribute, number(there + 3))], wrong).await;
    }
}

#[tokio::test]
async fn what_a_student_has_accepted_is_in_two_rows_and_has_a_text() {
    let sample = SampleTable::start().await;
    let (current, terms) = (key("POLICIES", "CURRENT"), key("POLICIES", "TEXT#terms#1"));
    let (profile, sessions) = (sample.others("PROFILE"), sample.others("SESSIONS"));
    sample.finds(&[Deleted(terms.clone())], [needs(&current, &[&terms]), needs(&profile, &[&terms])]).await;
    let said = |terms: u8| {
        let (user, school) = (&sample.other.id, sample.school.id);
        format!("user {user} of school {school} has accepted the terms {terms} and the privacy policy 1")
    };
    let other = AttributeValue::M([("terms".to_owned(), text("2")), ("privacy".to_owned(), text("1"))].into());
    let both = [unconfirmed(&profile, said(1)), unconfirmed(&sessions, said(2))];
    sample.finds(&[Set(sessions.clone(), "consents", other)], both).await;
    let right = key("POLICIES", "TEXT#terms#2");
    sample.finds(&[Set(terms.clone(), "version", text("2"))], [misplaced(&terms, &right)]).await;
}

#[tokio::test]
async fn the_keys_need_each_other() {
    let sample = SampleTable::start().await;
    let signing = key("SIGNING-KEY", "KEY");
    let others = [key("ACCOUNT-KEY", "KEY"), key("MAIL-KEY", "KEY"), key("CURSOR-KEY", "KEY")];
    for other in &others {
        sample.finds(&[Deleted(other.clone())], [needs(&signing, &[other])]).await;
    }
    sample.finds(&[Deleted(signing.clone())], others.map(|other| needs(&other, &[&signing]))).await;
    let (push, public) = (key("PUSH-KEY", "KEY"), key("PUSH-PUBLIC-KEY", "KEY"));
    sample.finds(&[Deleted(push.clone())], [needs(&signing, &[&push]), needs(&public, &[&push])]).await;
    sample.finds(&[Deleted(public.clone())], [needs(&push, &[&public])]).await;
}

#[tokio::test]
async fn an_expired_row_is_ignored() {
    let sample = SampleTable::start().await;
    let now = sample.app.stop_clock() / 1000;
    let stray = sample.at(format!("#USER#{}", Uuid::new_v4()), "NOTES");
    sample.finds(&[Set(stray.clone(), "expires_at", number(now))], []).await;
    assert_eq!(sample.findings_after(&[Set(stray.clone(), "expires_at", number(now + 60))]).await.len(), 1);
    // The auditor also ignores what the row contradicts: here, the row of a deleted board of an existing board.
    let deleted_board = sample.at(format!("#BOARD#{}", sample.board), "DELETED");
    sample.finds(&[Set(deleted_board, "expires_at", number(now))], []).await;

    sample.apply(&Set(stray, "expires_at", number(now + 60))).await;
    sample.app.clock.stop_at_millis((now + 60) * 1000);
    let report = sample.app.recount().await;
    assert_eq!((report.findings.len(), report.rows["expired"]), (0, 1));
}

#[tokio::test]
async fn the_auditor_reads_the_whole_table() {
    let app = TestApp::start().await;
    let client = app.engine.connection().client;
    for number in 0..5 {
        let row = client.put_item().table_name("campus").item("pk", text("NOTES")).item("sk", text(number));
        row.item("text", text("x".repeat(350_000))).send().await.unwrap();
    }
    let mut progress = Vec::new();
    let table = Table::new(app.engine.connection(), app.clock.clone());
    let report = Audit::new(table).run(|rows| progress.push(rows)).await.unwrap();
    assert_eq!((report.rows["unknown"], report.findings.len()), (5, 5));
    assert!(progress.len() > 1 && progress.is_sorted(), "a page has at most a megabyte: {progress:?}");
    assert_eq!(progress.last().copied(), Some(report.rows.values().sum()));
}
