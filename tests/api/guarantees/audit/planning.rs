//! Findings about catalogues, timetables, reviews, exam infos, grades, share links and friends.

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use super::sample::Damage::{Deleted, Set};
use super::sample::{Key, SampleTable, key, key_of, miscounted, misplaced, needs, number, text, text_of, unconfirmed};

/// The keys of the catalogue of 2026-1 and of its chunk, and the current edition.
async fn catalogue(sample: &SampleTable) -> (Key, Key, String) {
    let rows = sample.app.rows().await;
    let chunk = rows.iter().map(key_of).find(|(_, sk)| sk.starts_with("CHUNK#")).unwrap();
    let edition = chunk.1.split('#').nth(1).unwrap().to_owned();
    (sample.at("#CATALOGUE#2026-1", "CATALOGUE"), chunk, edition)
}

/// The keys of the taken lectures, in the partition of this user.
async fn taken(sample: &SampleTable, user: &str) -> Vec<Key> {
    let rows = sample.app.rows().await;
    let taken = rows.iter().map(key_of).filter(|(_, sk)| sk.starts_with("TAKEN#"));
    taken.map(|(_, sk)| sample.at(format!("#USER#{user}"), sk)).collect()
}

#[tokio::test]
async fn a_catalogue_has_all_of_its_chunks_and_no_others() {
    let sample = SampleTable::start().await;
    let (pointer, chunk, edition) = catalogue(&sample).await;
    let school = sample.school.id;
    let has = |number: &str, edition: &str| {
        format!("chunk {number} of edition {edition} is of the catalogue of 2026-1 of school {school}")
    };
    sample.finds(&[Deleted(chunk.clone())], [unconfirmed(&pointer, has("00", &edition))]).await;
    sample.finds(&[Set(pointer.clone(), "chunks", number(2))], [unconfirmed(&pointer, has("01", &edition))]).await;
    let other = Uuid::new_v4().to_string();
    let stray = (chunk.0.clone(), format!("CHUNK#{other}#00"));
    let data = AttributeValue::B(b"x".to_vec().into());
    sample.finds(&[Set(stray.clone(), "data", data)], [unconfirmed(&stray, has("00", &other))]).await;
    let row = sample.app.rows().await.into_iter().find(|row| key_of(row) == pointer).unwrap();
    let at = row["updated_at"].as_s().unwrap().clone();
    let updated = |at: &str| format!("the catalogue of 2026-1 of school {school} was updated at {at}");
    let listed = sample.at("#CATALOGUES", "2026-1");
    sample.finds(&[Deleted(listed.clone())], [unconfirmed(&pointer, updated(&at))]).await;
    let later = "2099-01-01T00:00:00.000Z";
    let both = [unconfirmed(&pointer, updated(&at)), unconfirmed(&listed, updated(later))];
    sample.finds(&[Set(listed.clone(), "updated_at", text(later))], both).await;
    let timetable = sample.at(format!("#TIMETABLE#{}", sample.timetable), "TIMETABLE");
    let taken = taken(&sample, &sample.student.id).await;
    let left = taken.iter().chain([&timetable]).map(|row| needs(row, &[&pointer]));
    let left: Vec<_> =
        left.chain([unconfirmed(&chunk, has("00", &edition)), unconfirmed(&listed, updated(&at))]).collect();
    sample.finds(&[Deleted(pointer)], left).await;
}

#[tokio::test]
async fn a_timetable_is_among_its_owners_semester_timetables_with_its_name() {
    let sample = SampleTable::start().await;
    let (school, user, nobody) = (sample.school.id, &sample.student.id, Uuid::new_v4().to_string());
    let semester = sample.own("TIMETABLES#2026-1");
    let rows =
        [&sample.timetable, &sample.empty_timetable].map(|id| sample.at(format!("#TIMETABLE#{id}"), "TIMETABLE"));
    let shelved = |id: &str, user: &str, name: &str| {
        format!("timetable {id} of school {school} belongs to user {user} and semester 2026-1, and is named {name:?}")
    };
    let plan = |user: &str, name: &str| shelved(&sample.timetable, user, name);
    let empty = shelved(&sample.empty_timetable, user, "빈 것");
    sample.finds(&[Deleted(rows[1].clone())], [unconfirmed(&semester, &empty)]).await;
    let off = [unconfirmed(&rows[0], plan(user, "plan")), unconfirmed(&rows[1], empty)];
    sample.finds(&[Deleted(semester.clone())], off).await;
    for (attribute, value, said) in
        [("name", "Other", plan(user, "other")), ("owner_id", &nobody, plan(&nobody, "plan"))]
    {
        let mut findings = vec![unconfirmed(&semester, plan(user, "plan")), unconfirmed(&rows[0], said)];
        if attribute == "owner_id" {
            for (row, has) in sample.indexed().await {
                let lecture = row.0.rsplit('#').next().unwrap();
                findings.push(unconfirmed(&rows[0], sample.has_lecture(&nobody, lecture)));
                findings.push(unconfirmed(&row, has));
            }
            findings.push(unconfirmed(&link_key(&sample), leads(&sample, &sample.link, &sample.timetable, user)));
            findings.push(unconfirmed(&rows[0], leads(&sample, &sample.link, &sample.timetable, value)));
            findings.extend(taken(&sample, &nobody).await.into_iter().map(|row| needs(&rows[0], &[&row])));
        }
        sample.finds(&[Set(rows[0].clone(), attribute, text(value))], findings).await;
    }
    let moved =
        [misplaced(&rows[1], &rows[0]), unconfirmed(&semester, shelved(&sample.empty_timetable, user, "빈 것"))];
    sample.finds(&[Set(rows[1].clone(), "id", text(&sample.timetable))], moved).await;
}

#[tokio::test]
async fn the_lectures_of_a_timetable_are_indexed_and_no_others() {
    let sample = SampleTable::start().await;
    let timetable = sample.at(format!("#TIMETABLE#{}", sample.timetable), "TIMETABLE");
    let indexed = sample.indexed().await;
    assert_eq!(indexed.len(), 2);
    let (row, has) = &indexed[0];
    sample.finds(&[Deleted(row.clone())], [unconfirmed(&timetable, has)]).await;
    let lecture = row.0.rsplit('#').next().unwrap();
    for (user, id) in [(&sample.other.id, &sample.timetable), (&sample.student.id, &sample.empty_timetable)] {
        let stray = (row.0.clone(), format!("{user}#{id}"));
        let said = sample.has_lecture(user, lecture).replace(&sample.timetable, id);
        let at = text("2026-03-02T00:00:00.000Z");
        sample.finds(&[Set(stray.clone(), "indexed_at", at)], [unconfirmed(&stray, said)]).await;
    }
}

#[tokio::test]
async fn an_announcement_has_all_of_its_changed_lectures() {
    let sample = SampleTable::start().await;
    sample.app.import(&sample.school, &["M1|001|확률과정론|3|이상열|수 14:00-15:30|25-105"]).await;
    let rows = sample.app.rows().await;
    let mut keys = rows.iter().map(key_of).filter(|(pk, _)| pk.contains("#ANNOUNCEMENT#"));
    let (announcement, changes) = (keys.next().unwrap(), keys.next().unwrap());
    let (announcement, changes) = match announcement.1.as_str() {
        "ANNOUNCEMENT" => (announcement, changes),
        _ => (changes, announcement),
    };
    let edition = announcement.0.rsplit('#').next().unwrap().to_owned();
    let has = |number: &str| format!("row {number} of changed lectures is of the announcement of edition {edition}");
    sample.finds(&[], []).await;
    sample.finds(&[Deleted(changes.clone())], [unconfirmed(&announcement, has("00"))]).await;
    sample.finds(&[Set(announcement.clone(), "rows", number(2))], [unconfirmed(&announcement, has("01"))]).await;
    sample.finds(&[Deleted(announcement)], [unconfirmed(&changes, has("00"))]).await;
}

#[tokio::test]
async fn a_semester_has_exactly_one_primary_timetable() {
    let sample = SampleTable::start().await;
    let semester = sample.own("TIMETABLES#2026-1");
    sample.finds(&[Set(semester.clone(), "primary_id", text(&sample.empty_timetable))], []).await;
    let none = [format!("{}: its primary timetable is not one of its timetables.", text_of(&semester))];
    sample.finds(&[Set(semester, "primary_id", text(Uuid::now_v7()))], none).await;
}

#[tokio::test]
async fn a_timetables_lectures_are_taken_by_its_owner() {
    let sample = SampleTable::start().await;
    let timetable = sample.at(format!("#TIMETABLE#{}", sample.timetable), "TIMETABLE");
    let (nobody, taken) = (Uuid::new_v4().to_string(), taken(&sample, &sample.student.id).await);
    assert_eq!(taken.len(), 2);
    sample.finds(&[Deleted(taken[0].clone())], [needs(&timetable, &[&taken[0]])]).await;
    let stray = (taken[0].0.replace(&sample.student.id, &nobody), taken[0].1.clone());
    let owner = [sample.at(format!("#USER#{nobody}"), "PROFILE"), purge(&sample, &nobody)];
    let when = text("2026-03-02T00:00:00.000Z");
    sample.finds(&[Set(stray.clone(), "taken_at", when)], [needs(&stray, &[&owner[0], &owner[1]])]).await;
}

fn purge(sample: &SampleTable, user: &str) -> Key {
    ("PURGES".to_owned(), format!("{}#{user}", sample.school.id))
}

/// The keys of the review and of its course.
async fn reviewed(sample: &SampleTable) -> (Key, Key, String) {
    let rows = sample.app.rows().await;
    let review =
        rows.iter().map(key_of).find(|(_, sk)| sk.starts_with("REVIEW#") && sk.ends_with(&sample.review)).unwrap();
    let course = review.0.rsplit('#').next().unwrap().to_owned();
    ((review.0.clone(), "COURSE".to_owned()), review, course)
}

#[tokio::test]
async fn a_course_counts_its_reviews_and_their_answers() {
    let sample = SampleTable::start().await;
    let (row, review, course) = reviewed(&sample).await;
    let of = |things: &str| format!("{things} of course {course} of school {}", sample.school.id);
    for (attribute, value, things) in [
        ("review_count", 3, "reviews"),
        ("rating_sum", 6, "points in reviews"),
        ("homework_many", 3, "answers homework_many in reviews"),
        ("team_work_some", 2, "answers team_work_some in reviews"),
    ] {
        sample.finds(&[Set(row.clone(), attribute, number(value))], [miscounted(&row, of(things), 2, "high")]).await;
    }
    let less = [miscounted(&review, of("reviews"), 1, "low")];
    sample.finds(&[Set(row.clone(), "review_count", number(0))], less).await;
    let place = review.1.replace(&sample.review, &sample.deleted_review);
    let moved = [misplaced(&review, &(review.0.clone(), place))];
    let findings = sample.findings_after(&[Set(review, "id", text(&sample.deleted_review))]).await;
    assert!(moved.iter().all(|finding| findings.contains(finding)), "{findings:#?}");
}

#[tokio::test]
async fn a_review_has_a_location_and_at_most_one_author_and_its_likes_are_counted() {
    let sample = SampleTable::start().await;
    let (id, school) = (&sample.review, sample.school.id);
    let (_, review, course) = reviewed(&sample).await;
    let place = |id: &str| sample.at(format!("#REVIEW#{id}"), "PLACE");
    let written_at = review.1.trim_start_matches("REVIEW#").trim_end_matches(&format!("#{id}"));
    let placed = format!("review {id} of school {school} is of course {course} and was created at {written_at}");
    sample.finds(&[Deleted(place(id))], [unconfirmed(&review, placed)]).await;
    let by_another = text(&sample.other.id);
    let findings = sample.findings_after(&[Set(place(id), "author_id", by_another)]).await;
    let differs = format!("review {id} of school {school} is ");
    assert!(findings.len() == 1 && findings[0].contains(&differs), "{findings:?}");
    let likes = format!("likes of review {id} of course {course} of school {school}");
    let like = sample.others(format!("REVIEWLIKE#{course}#{id}"));
    sample.finds(&[Deleted(like)], [miscounted(&review, &likes, 1, "high")]).await;
    let mine = sample.own(format!("REVIEWLIKE#{course}#{id}"));
    let when = text("2026-03-02T00:00:00.000Z");
    let findings = sample.findings_after(&[Set(mine, "liked_at", when)]).await;
    let finding = format!("the number of {likes} is 1 too low.");
    assert!(findings.len() == 1 && findings[0].ends_with(&finding), "{findings:?}");

    let others = sample.others(format!("REVIEWED#{course}"));
    let findings = sample.findings_after(&[Set(others, "review_id", text(id))]).await;
    assert!(
        findings.len() == 1 && findings[0].contains(&format!("review {id} of school {school} is ")),
        "{findings:?}"
    );
    let own = sample.own(format!("REVIEWED#{course}"));
    let nowhere = Uuid::new_v4().to_string();
    let markers = ["LIVE", "DELETED"].map(|state| (place(&nowhere).0, format!("{state}#{course}")));
    let nothing = [needs(&own, &[&markers[0], &markers[1]])];
    sample.finds(&[Set(own.clone(), "review_id", text(&nowhere))], nothing).await;
    // Likes of a deleted review are not counted.
    let rows = sample.app.rows().await;
    let liked =
        rows.iter().map(key_of).find(|(_, sk)| sk.ends_with(&sample.deleted_review) && sk.starts_with("REVIEWL"));
    sample.finds(&[Deleted(liked.unwrap())], []).await;
}

#[tokio::test]
async fn an_exam_info_has_a_location_and_at_most_one_author_and_its_likes_are_counted() {
    let sample = SampleTable::start().await;
    let (id, school) = (&sample.exam_info, sample.school.id);
    let rows = sample.app.rows().await;
    let info = rows.iter().map(key_of).find(|(_, sk)| sk.starts_with("EXAM#") && sk.ends_with(id.as_str())).unwrap();
    let course = info.0.rsplit('#').next().unwrap().to_owned();
    let place = sample.at(format!("#EXAM#{id}"), "PLACE");
    let written_at = info.1.trim_start_matches("EXAM#").trim_end_matches(&format!("#{id}"));
    let placed = format!("exam info {id} of school {school} is of course {course} and was created at {written_at}");
    sample.finds(&[Deleted(place.clone())], [unconfirmed(&info, placed)]).await;
    let by_another = text(&sample.other.id);
    let findings = sample.findings_after(&[Set(place.clone(), "author_id", by_another)]).await;
    let differs = format!("exam info {id} of school {school} is ");
    assert!(findings.len() == 1 && findings[0].contains(&differs), "{findings:?}");
    let likes = format!("likes of exam info {id} of course {course} of school {school}");
    let like = sample.others(format!("EXAMLIKE#{course}#{id}"));
    sample.finds(&[Deleted(like)], [miscounted(&info, &likes, 1, "high")]).await;
    let like = sample.others(format!("EXAMLIKE#{course}#{id}"));
    sample.finds(&[Set(info.clone(), "like_count", number(0))], [miscounted(&like, &likes, 1, "low")]).await;
    let others = sample.others(format!("EXAMINFO#{course}#2026-1#midterm"));
    let findings = sample.findings_after(&[Set(others, "exam_info_id", text(id))]).await;
    assert!(
        findings.len() == 1 && findings[0].contains(&format!("exam info {id} of school {school} is ")),
        "{findings:?}"
    );
    let (own, nowhere) = (sample.own(format!("EXAMINFO#{course}#2026-1#midterm")), Uuid::new_v4().to_string());
    let markers = ["LIVE", "DELETED"].map(|state| (place.0.replace(id, &nowhere), format!("{state}#{course}")));
    let nothing = [needs(&own, &[&markers[0], &markers[1]])];
    sample.finds(&[Set(own.clone(), "exam_info_id", text(&nowhere))], nothing).await;
}

#[tokio::test]
async fn the_grades_of_a_semester_need_the_settings() {
    let sample = SampleTable::start().await;
    let (settings, semester) = (sample.own("GRADES"), sample.own("GRADES#2026-1"));
    sample.finds(&[Deleted(settings.clone())], [needs(&semester, &[&settings])]).await;
}

fn link_key(sample: &SampleTable) -> Key {
    key(format!("SHARE#{}", sample.link), "SHARE")
}

/// The statement that the share link leads to this timetable of this user.
fn leads(sample: &SampleTable, hash: &str, to: &str, of: &str) -> String {
    format!("share link {hash:?} leads to timetable {to} of user {of} of school {}", sample.school.id)
}

#[tokio::test]
async fn a_share_link_leads_to_the_timetable_that_has_it() {
    let sample = SampleTable::start().await;
    let (user, nobody) = (&sample.student.id, Uuid::new_v4().to_string());
    let link = link_key(&sample);
    let timetable = sample.at(format!("#TIMETABLE#{}", sample.timetable), "TIMETABLE");
    let leads = |hash: &str, to: &str, of: &str| leads(&sample, hash, to, of);
    let truth = leads(&sample.link, &sample.timetable, user);
    sample.finds(&[Deleted(link.clone())], [unconfirmed(&timetable, &truth)]).await;
    for (attribute, value, said) in [
        ("timetable_id", &sample.empty_timetable, leads(&sample.link, &sample.empty_timetable, user)),
        ("owner_id", &nobody, leads(&sample.link, &sample.timetable, &nobody)),
    ] {
        let both = [unconfirmed(&timetable, &truth), unconfirmed(&link, said)];
        sample.finds(&[Set(link.clone(), attribute, text(value))], both).await;
    }
    let other = [unconfirmed(&timetable, leads("x", &sample.timetable, user)), unconfirmed(&link, &truth)];
    sample.finds(&[Set(timetable, "share", text("x"))], other).await;
}

#[tokio::test]
async fn both_students_of_a_friendship_or_a_request_have_a_row() {
    let sample = SampleTable::start().await;
    let (school, id) = (sample.school.id, &sample.friend);
    let (own, theirs) = (sample.own(format!("FRIEND#{id}")), sample.others(format!("FRIEND#{id}")));
    let rows = sample.app.rows().await;
    let row = |key: &Key| rows.iter().find(|row| key_of(row) == *key).unwrap();
    let [created_at, since] = ["created_at", "since"].map(|name| row(&own)[name].as_s().unwrap().clone());
    let said = |user: &str, direction: &str, partner: &str, state: &str| {
        format!(
            "friendship {id} of school {school} is between user {user} (direction {direction}) and user {partner}, \
             requested at {created_at}, {state}"
        )
    };
    let (student, other, nobody) = (&sample.student.id, &sample.other.id, Uuid::new_v4().to_string());
    let (lower, higher) = (student.min(other), student.max(other));
    let pair = sample.at(format!("#PAIR#{lower}#{higher}"), "PAIR");
    let friends = format!("accepted at {since}");
    let (into, out) = (said(student, "in", other, &friends), said(other, "out", student, &friends));
    sample.finds(&[Deleted(pair.clone())], [unconfirmed(&own, &into), unconfirmed(&theirs, &out)]).await;
    for (row, truth) in [(&own, &into), (&theirs, &out)] {
        sample.finds(&[Deleted(row.clone())], [unconfirmed(&pair, truth)]).await;
    }
    for (attribute, value, says) in [
        ("partner", &nobody, said(student, "in", &nobody, &friends)),
        ("direction", &"out".to_owned(), said(student, "out", other, &friends)),
    ] {
        let both = [unconfirmed(&pair, &into), unconfirmed(&own, says)];
        sample.finds(&[Set(own.clone(), attribute, text(value))], both).await;
    }
    // Then the row of the other student agrees with the friendship.
    let by_nobody = [
        format!("{}: neither of the two students requested it.", text_of(&pair)),
        unconfirmed(&pair, said(other, "in", student, &friends)),
        unconfirmed(&theirs, &out),
    ];
    sample.finds(&[Set(pair.clone(), "requested_by", text(&nobody))], by_nobody).await;
    let as_request = sample.own(format!("REQUEST#{id}"));
    let mut copy = row(&own).clone();
    copy.insert("sk".to_owned(), text(&as_request.1));
    sample.put(&copy).await;
    let twice = sample.findings().await;
    assert_eq!(twice, [misplaced(&as_request, &own)]);
}
