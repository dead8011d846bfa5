//! What the student plans: timetables, reviews, exam infos, grades and friends.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Exporter;
use crate::domain::{
    Color, CourseId, CustomEntry, Direction, Entry, EntrySource, ExamInfo, GoalCredits, GradedCourse, LectureId,
    Nickname, Rating, Review, ReviewId, ReviewText, Scale, Semester, SentTo, Time, Timetable, TimetableId,
    TimetableName, Visibility,
};
use crate::store::dynamo::Error;
use crate::store::friends::{Friends, NamedFriendLink};
use crate::store::grades::Grades;
use crate::store::timetables::exam_infos::{self, ExamInfos, OwnExamInfo};
use crate::store::timetables::reviews::{self, OwnReview, Reviews};
use crate::store::timetables::{TimetableInSemester, Timetables, taken_lectures};

const PAGE: usize = 100;

#[derive(Debug, Serialize)]
pub(super) struct ExportedTimetable {
    id: TimetableId,
    semester: Semester,
    name: TimetableName,
    visibility: Visibility,
    is_primary: bool,
    has_share_link: bool,
    entries: Vec<ExportedEntry>,
    created_at: Time,
    updated_at: Time,
}

/// An entry: either a lecture or a custom entry.
#[derive(Debug, Serialize)]
struct ExportedEntry {
    lecture_id: Option<LectureId>,
    custom: Option<CustomEntry>,
    color: Color,
}

#[derive(Debug, Serialize)]
pub(super) struct ExportedLecture {
    semester: String,
    lecture_id: String,
    taken_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct ExportedReview {
    id: ReviewId,
    course_id: CourseId,
    semester: Semester,
    rating: Rating,
    content: ReviewText,
    choices: crate::domain::Choices,
    like_count: u32,
    moderation: Option<crate::domain::Moderation>,
    created_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct ExportedExamInfo {
    course_id: CourseId,
    #[serde(flatten)]
    exam_info: ExamInfo,
}

#[derive(Debug, Serialize)]
pub(super) struct ExamInfoLiked {
    exam_info_id: String,
    liked_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct ExportedGrades {
    scale: Scale,
    goal_credits: Option<GoalCredits>,
    semesters: BTreeMap<String, Vec<GradedCourse>>,
}

#[derive(Debug, Serialize)]
pub(super) struct ExportedFriend {
    nickname: Nickname,
    requested_at: Time,
    since: Option<Time>,
}

#[derive(Debug, Serialize)]
pub(super) struct ExportedRequest {
    direction: Direction,
    /// Who sent the request to the student.
    nickname: Option<Nickname>,
    /// The login id or the address that the student entered.
    sent_to: Option<SentTo>,
    created_at: Time,
}

impl Exporter {
    pub(super) async fn timetables(&self) -> Result<Vec<ExportedTimetable>, Error> {
        let timetables = Timetables::new(self.table.clone());
        let (mut exported, mut after) = (Vec::new(), None);
        loop {
            let listed = timetables.list_ids(&self.student, None, after, PAGE).await?;
            let page = timetables.read_listed(&self.student, listed).await?;
            exported.extend(page.items.into_iter().map(ExportedTimetable::from));
            after = page.next;
            if after.is_none() {
                return Ok(exported);
            }
        }
    }

    pub(super) async fn taken_lectures(&self) -> Result<Vec<ExportedLecture>, Error> {
        let rows = self.own::<taken_lectures::TakenLecture>(taken_lectures::TAKEN).await?;
        let lecture = |(rest, taken): (String, taken_lectures::TakenLecture)| {
            let (semester, lecture) = rest.split_once('#')?;
            Some(ExportedLecture {
                semester: semester.to_owned(),
                lecture_id: lecture.to_owned(),
                taken_at: taken.taken_at,
            })
        };
        Ok(rows.into_iter().filter_map(lecture).collect())
    }

    pub(super) async fn reviews(&self) -> Result<Vec<ExportedReview>, Error> {
        let reviews = Reviews::new(self.table.clone());
        let mut exported = Vec::new();
        for (_, OwnReview { review_id }) in self.own::<OwnReview>(reviews::REVIEWED).await? {
            match reviews.find(&self.student, review_id).await {
                Ok(found) => exported.push(ExportedReview::new(found.course, found.review)),
                // An admin has deleted it.
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(exported)
    }

    pub(super) async fn exam_infos(&self) -> Result<Vec<ExportedExamInfo>, Error> {
        let exam_infos = ExamInfos::new(self.table.clone());
        let mut exported = Vec::new();
        for (_, OwnExamInfo { exam_info_id }) in self.own::<OwnExamInfo>(exam_infos::OWN).await? {
            match exam_infos.find(&self.student, exam_info_id).await {
                Ok(found) => exported.push(ExportedExamInfo { course_id: found.course, exam_info: found.exam_info }),
                // An admin has deleted it.
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(exported)
    }

    pub(super) async fn exam_info_likes(&self) -> Result<Vec<ExamInfoLiked>, Error> {
        let rows = self.own::<exam_infos::ExamInfoLike>(exam_infos::LIKE).await?;
        let liked = |(rest, like): (String, exam_infos::ExamInfoLike)| ExamInfoLiked {
            exam_info_id: rest.rsplit('#').next().unwrap_or_default().to_owned(),
            liked_at: like.liked_at,
        };
        Ok(rows.into_iter().map(liked).collect())
    }

    pub(super) async fn grades(&self) -> Result<ExportedGrades, Error> {
        let gradebook = Grades::new(self.table.clone()).get(&self.student).await?.gradebook;
        let semester = |semester: Semester| (semester.to_string(), gradebook.courses(semester).to_vec());
        Ok(ExportedGrades {
            scale: gradebook.scale(),
            goal_credits: gradebook.goal_credits(),
            semesters: gradebook.semesters().map(semester).collect(),
        })
    }

    pub(super) async fn friends(&self) -> Result<Vec<ExportedFriend>, Error> {
        let friends = Friends::new(self.table.clone());
        let (mut exported, mut after) = (Vec::new(), None);
        loop {
            let page = friends.list(&self.student, after, PAGE).await?;
            let friend = |NamedFriendLink { link, nickname }: NamedFriendLink| ExportedFriend {
                nickname,
                requested_at: link.created_at,
                since: link.since,
            };
            exported.extend(page.items.into_iter().map(friend));
            after = page.next;
            if after.is_none() {
                return Ok(exported);
            }
        }
    }

    /// The open requests that the student sees.
    pub(super) async fn friend_requests(&self) -> Result<Vec<ExportedRequest>, Error> {
        let friends = Friends::new(self.table.clone());
        let (mut exported, mut after) = (Vec::new(), None);
        loop {
            let page = friends.list_requests(&self.student, None, after, PAGE).await?;
            exported.extend(page.items.into_iter().map(ExportedRequest::from));
            after = page.next;
            if after.is_none() {
                return Ok(exported);
            }
        }
    }
}

impl From<TimetableInSemester> for ExportedTimetable {
    fn from(TimetableInSemester { timetable, is_primary }: TimetableInSemester) -> Self {
        let Timetable { id, semester, name, visibility, entries, share, created_at, updated_at, .. } = timetable;
        Self {
            id,
            semester,
            name,
            visibility,
            is_primary,
            has_share_link: share.is_some(),
            entries: entries.into_iter().map(ExportedEntry::from).collect(),
            created_at,
            updated_at,
        }
    }
}

impl From<Entry> for ExportedEntry {
    fn from(entry: Entry) -> Self {
        let (lecture_id, custom) = match entry.source {
            EntrySource::Lecture(lecture) => (Some(lecture), None),
            EntrySource::Custom(custom) => (None, Some(custom)),
        };
        Self { lecture_id, custom, color: entry.color }
    }
}

impl ExportedReview {
    fn new(course_id: CourseId, review: Review) -> Self {
        let Review { id, rating, content, semester, choices, like_count, created_at, moderation } = review;
        Self { id, course_id, semester, rating, content, choices, like_count, moderation, created_at }
    }
}

impl From<NamedFriendLink> for ExportedRequest {
    fn from(NamedFriendLink { link, nickname }: NamedFriendLink) -> Self {
        // The sender of a request does not learn whose login id it is.
        let nickname = (link.direction == Direction::In).then_some(nickname);
        Self { direction: link.direction, nickname, sent_to: link.sent_to, created_at: link.created_at }
    }
}
