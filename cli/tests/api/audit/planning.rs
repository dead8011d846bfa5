//! What an audit tells of catalogues, timetables and reviews.

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use super::campus::Damage::{Deleted, Set};
use super::campus::{Campus, Key, key, key_of, miscounted, misplaced, needs, number, text, told, unconfirmed};

/// The row of the catalogue of 2026-1, its chunk, and the edition that counts.
async fn catalogue(campus: &Campus) -> (Key, Key, String) {
    let rows = campus.app.rows().await;
    let chunk = rows.iter().map(key_of).find(|(_, sk)| sk.starts_with("CHUNK#")).unwrap();
    let edition = chunk.1.split('#').nth(1).unwrap().to_owned();
    (campus.at("#CATALOGUE#2026-1", "CATALOGUE"), chunk, edition)
}

/// Where the lectures that the student has taken would be taken by this one.
async fn taken(campus: &Campus, user: &str) -> Vec<Key> {
    let rows = campus.app.rows().await;
    let taken = rows.iter().map(key_of).filter(|(_, sk)| sk.starts_with("TAKEN#"));
    taken.map(|(_, sk)| campus.at(format!("#USER#{user}"), sk)).collect()
}

#[tokio::test]
async fn a_catalogue_has_all_of_its_chunks_and_no_others() {
    let campus = Campus::open().await;
    let (pointer, chunk, edition) = catalogue(&campus).await;
    let school = campus.school.id;
    let has = |number: &str, edition: &str| {
        format!("chunk {number} of edition {edition} is of the catalogue of 2026-1 of school {school}")
    };
    campus.tells(&[Deleted(chunk.clone())], [unconfirmed(&pointer, has("00", &edition))]).await;
    campus.tells(&[Set(pointer.clone(), "chunks", number(2))], [unconfirmed(&pointer, has("01", &edition))]).await;
    let other = Uuid::new_v4().to_string();
    let stray = (chunk.0.clone(), format!("CHUNK#{other}#00"));
    let data = AttributeValue::B(b"x".to_vec().into());
    campus.tells(&[Set(stray.clone(), "data", data)], [unconfirmed(&stray, has("00", &other))]).await;
    let timetable = campus.at(format!("#TIMETABLE#{}", campus.timetable), "TIMETABLE");
    let taken = taken(&campus, &campus.student.id).await;
    let left = taken.iter().chain([&timetable]).map(|row| needs(row, &[&pointer]));
    let left: Vec<_> = left.chain([unconfirmed(&chunk, has("00", &edition))]).collect();
    campus.tells(&[Deleted(pointer)], left).await;
}

#[tokio::test]
async fn a_timetable_is_on_its_owners_shelf_under_its_name() {
    let campus = Campus::open().await;
    let (school, user, nobody) = (campus.school.id, &campus.student.id, Uuid::new_v4().to_string());
    let shelf = campus.own("TIMETABLES#2026-1");
    let rows =
        [&campus.timetable, &campus.empty_timetable].map(|id| campus.at(format!("#TIMETABLE#{id}"), "TIMETABLE"));
    let shelved = |id: &str, user: &str, name: &str| {
        format!("timetable {id} of school {school} is user {user}'s, of the semester 2026-1, and named {name:?}")
    };
    let plan = |user: &str, name: &str| shelved(&campus.timetable, user, name);
    let empty = shelved(&campus.empty_timetable, user, "빈 것");
    campus.tells(&[Deleted(rows[1].clone())], [unconfirmed(&shelf, &empty)]).await;
    let off = [unconfirmed(&rows[0], plan(user, "plan")), unconfirmed(&rows[1], empty)];
    campus.tells(&[Deleted(shelf.clone())], off).await;
    for (attribute, value, said) in
        [("name", "Other", plan(user, "other")), ("owner_id", &nobody, plan(&nobody, "plan"))]
    {
        let mut findings = vec![unconfirmed(&shelf, plan(user, "plan")), unconfirmed(&rows[0], said)];
        if attribute == "owner_id" {
            findings.push(unconfirmed(&link_key(&campus), leads(&campus, &campus.link, &campus.timetable, user)));
            findings.push(unconfirmed(&rows[0], leads(&campus, &campus.link, &campus.timetable, value)));
            findings.extend(taken(&campus, &nobody).await.into_iter().map(|row| needs(&rows[0], &[&row])));
        }
        campus.tells(&[Set(rows[0].clone(), attribute, text(value))], findings).await;
    }
    let moved = [misplaced(&rows[1], &rows[0]), unconfirmed(&shelf, shelved(&campus.empty_timetable, user, "빈 것"))];
    campus.tells(&[Set(rows[1].clone(), "id", text(&campus.timetable))], moved).await;
}

#[tokio::test]
async fn one_of_a_shelfs_timetables_is_the_primary_one() {
    let campus = Campus::open().await;
    let shelf = campus.own("TIMETABLES#2026-1");
    campus.tells(&[Set(shelf.clone(), "primary_id", text(&campus.empty_timetable))], []).await;
    let none = [format!("{}: the primary one is none of its timetables.", told(&shelf))];
    campus.tells(&[Set(shelf, "primary_id", text(Uuid::now_v7()))], none).await;
}

#[tokio::test]
async fn a_timetables_lectures_are_taken_by_its_owner() {
    let campus = Campus::open().await;
    let timetable = campus.at(format!("#TIMETABLE#{}", campus.timetable), "TIMETABLE");
    let (nobody, taken) = (Uuid::new_v4().to_string(), taken(&campus, &campus.student.id).await);
    assert_eq!(taken.len(), 2);
    campus.tells(&[Deleted(taken[0].clone())], [needs(&timetable, &[&taken[0]])]).await;
    let stray = (taken[0].0.replace(&campus.student.id, &nobody), taken[0].1.clone());
    let owner = [campus.at(format!("#USER#{nobody}"), "PROFILE"), purge(&campus, &nobody)];
    let when = text("2026-03-02T00:00:00.000Z");
    campus.tells(&[Set(stray.clone(), "taken_at", when)], [needs(&stray, &[&owner[0], &owner[1]])]).await;
}

fn purge(campus: &Campus, user: &str) -> Key {
    ("PURGES".to_owned(), format!("{}#{user}", campus.school.id))
}

/// The row of the review, and of its course.
async fn reviewed(campus: &Campus) -> (Key, Key, String) {
    let rows = campus.app.rows().await;
    let review = rows.iter().map(key_of).find(|(_, sk)| *sk == format!("REVIEW#{}", campus.review)).unwrap();
    let course = review.0.rsplit('#').next().unwrap().to_owned();
    ((review.0.clone(), "COURSE".to_owned()), review, course)
}

#[tokio::test]
async fn a_course_counts_its_reviews_and_what_they_answer() {
    let campus = Campus::open().await;
    let (row, review, course) = reviewed(&campus).await;
    let of = |things: &str| format!("{things} of course {course} of school {}", campus.school.id);
    for (attribute, value, things) in [
        ("review_count", 3, "reviews"),
        ("rating_sum", 6, "points in reviews"),
        ("homework_many", 3, "answers homework_many in reviews"),
        ("team_work_some", 2, "answers team_work_some in reviews"),
    ] {
        campus.tells(&[Set(row.clone(), attribute, number(value))], [miscounted(&row, of(things), 2, "high")]).await;
    }
    let less = [miscounted(&review, of("reviews"), 1, "low")];
    campus.tells(&[Set(row.clone(), "review_count", number(0))], less).await;
    let moved = [misplaced(&review, &(review.0.clone(), format!("REVIEW#{}", campus.deleted_review)))];
    let findings = campus.findings_after(&[Set(review, "id", text(&campus.deleted_review))]).await;
    assert!(moved.iter().all(|finding| findings.contains(finding)), "{findings:#?}");
}

#[tokio::test]
async fn a_review_has_a_place_and_at_most_one_author_and_its_likes_are_counted() {
    let campus = Campus::open().await;
    let (id, school) = (&campus.review, campus.school.id);
    let (_, review, course) = reviewed(&campus).await;
    let place = |id: &str| campus.at(format!("#REVIEW#{id}"), "PLACE");
    let placed = |id: &str| format!("review {id} of school {school} is of course {course}");
    campus.tells(&[Deleted(place(id))], [unconfirmed(&review, placed(id))]).await;
    let likes = format!("likes of review {id} of course {course} of school {school}");
    let like = campus.others(format!("REVIEWLIKE#{course}#{id}"));
    campus.tells(&[Deleted(like)], [miscounted(&review, &likes, 1, "high")]).await;
    let mine = campus.own(format!("REVIEWLIKE#{course}#{id}"));
    let when = text("2026-03-02T00:00:00.000Z");
    let findings = campus.findings_after(&[Set(mine, "liked_at", when)]).await;
    let finding = format!("the number of {likes} is 1 too low.");
    assert!(findings.len() == 1 && findings[0].ends_with(&finding), "{findings:?}");

    let others = campus.others(format!("REVIEWED#{course}"));
    let findings = campus.findings_after(&[Set(others, "review_id", text(id))]).await;
    assert!(
        findings.len() == 1 && findings[0].contains(&format!("review {id} of school {school} is ")),
        "{findings:?}"
    );
    let own = campus.own(format!("REVIEWED#{course}"));
    let nothing = (review.0.clone(), format!("REVIEW#{}", campus.deleted_review));
    campus.tells(&[Set(own.clone(), "review_id", text(&campus.deleted_review))], [needs(&own, &[&nothing])]).await;
    // A like of what was deleted counts for nothing.
    let rows = campus.app.rows().await;
    let liked =
        rows.iter().map(key_of).find(|(_, sk)| sk.ends_with(&campus.deleted_review) && sk.starts_with("REVIEWL"));
    campus.tells(&[Deleted(liked.unwrap())], []).await;
}

fn link_key(campus: &Campus) -> Key {
    key(format!("SHARE#{}", campus.link), "SHARE")
}

/// That the link leads to this timetable of this student's.
fn leads(campus: &Campus, hash: &str, to: &str, of: &str) -> String {
    format!("the link {hash:?} leads to timetable {to} of user {of} of school {}", campus.school.id)
}

#[tokio::test]
async fn a_link_leads_to_the_timetable_that_has_it() {
    let campus = Campus::open().await;
    let (user, nobody) = (&campus.student.id, Uuid::new_v4().to_string());
    let link = link_key(&campus);
    let timetable = campus.at(format!("#TIMETABLE#{}", campus.timetable), "TIMETABLE");
    let leads = |hash: &str, to: &str, of: &str| leads(&campus, hash, to, of);
    let truth = leads(&campus.link, &campus.timetable, user);
    campus.tells(&[Deleted(link.clone())], [unconfirmed(&timetable, &truth)]).await;
    for (attribute, value, said) in [
        ("timetable_id", &campus.empty_timetable, leads(&campus.link, &campus.empty_timetable, user)),
        ("owner_id", &nobody, leads(&campus.link, &campus.timetable, &nobody)),
    ] {
        let both = [unconfirmed(&timetable, &truth), unconfirmed(&link, said)];
        campus.tells(&[Set(link.clone(), attribute, text(value))], both).await;
    }
    let other = [unconfirmed(&timetable, leads("x", &campus.timetable, user)), unconfirmed(&link, &truth)];
    campus.tells(&[Set(timetable, "share", text("x"))], other).await;
}

#[tokio::test]
async fn what_two_are_to_each_other_both_of_them_have() {
    let campus = Campus::open().await;
    let (school, id) = (campus.school.id, &campus.friend);
    let (own, theirs) = (campus.own(format!("FRIEND#{id}")), campus.others(format!("FRIEND#{id}")));
    let rows = campus.app.rows().await;
    let row = |key: &Key| rows.iter().find(|row| key_of(row) == *key).unwrap();
    let [created_at, since] = ["created_at", "since"].map(|name| row(&own)[name].as_s().unwrap().clone());
    let said = |user: &str, direction: &str, partner: &str, since: &str| {
        format!(
            "friendship {id} of school {school} is between user {user}, for whom it goes {direction}, and user \
             {partner}, who are {since} after a request of {created_at}"
        )
    };
    let (student, other, nobody) = (&campus.student.id, &campus.other.id, Uuid::new_v4().to_string());
    let (lower, higher) = (student.min(other), student.max(other));
    let pair = campus.at(format!("#PAIR#{lower}#{higher}"), "PAIR");
    let friends = format!("friends since {since}");
    let (into, out) = (said(student, "in", other, &friends), said(other, "out", student, &friends));
    campus.tells(&[Deleted(pair.clone())], [unconfirmed(&own, &into), unconfirmed(&theirs, &out)]).await;
    for (row, truth) in [(&own, &into), (&theirs, &out)] {
        campus.tells(&[Deleted(row.clone())], [unconfirmed(&pair, truth)]).await;
    }
    for (attribute, value, says) in [
        ("partner", &nobody, said(student, "in", &nobody, &friends)),
        ("direction", &"out".to_owned(), said(student, "out", other, &friends)),
    ] {
        let both = [unconfirmed(&pair, &into), unconfirmed(&own, says)];
        campus.tells(&[Set(own.clone(), attribute, text(value))], both).await;
    }
    // The other one's row then says what both of the pair say.
    let by_nobody = [
        format!("{}: none of the two has asked.", told(&pair)),
        unconfirmed(&pair, said(other, "in", student, &friends)),
        unconfirmed(&theirs, &out),
    ];
    campus.tells(&[Set(pair.clone(), "requested_by", text(&nobody))], by_nobody).await;
    let as_request = campus.own(format!("REQUEST#{id}"));
    let mut copy = row(&own).clone();
    copy.insert("sk".to_owned(), text(&as_request.1));
    campus.put(&copy).await;
    let twice = campus.findings().await;
    assert_eq!(twice, [misplaced(&as_request, &own)]);
}
