//! Reading exam infos.

use std::collections::HashSet;

use crate::domain::{Appearance, Caller, CourseId, ExamInfo, ExamInfoId, SchoolId};
use crate::store::accounts::users;
use crate::store::dynamo::{Error, Page, Range, Read};
use crate::store::timetables::exam_infos::{
    EXAM_INFO, ExamInfoLike, ExamInfoLocation, ExamInfos, OWN, OwnExamInfo, key, like_key, likes, location_key, own_key,
};
use crate::store::timetables::reviews;

/// An exam info as the caller sees it.
#[derive(Clone, Debug)]
pub struct SeenExamInfo {
    pub exam_info: ExamInfo,
    pub is_mine: bool,
    pub is_liked: bool,
    pub appearance: Appearance,
}

/// An exam info, its course, and whether the caller wrote it.
#[derive(Clone, Debug)]
pub struct FoundExamInfo {
    pub(crate) course: CourseId,
    pub(crate) exam_info: ExamInfo,
    pub(super) is_mine: bool,
}

impl ExamInfos {
    /// Lists the exam infos of a course after the cursor position, as the caller sees them, newest first.
    pub async fn list(
        &self,
        caller: &Caller,
        course: CourseId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SeenExamInfo, String>, Error> {
        let Caller { school, user, .. } = *caller;
        let listed = Range::newest_first(reviews::partition(school, course), EXAM_INFO).page_after(after);
        let own = Range::oldest_first(users::partition(school, user), format!("{OWN}{course}#").as_str());
        let (page, likes, own) = tokio::try_join!(
            self.table.query::<ExamInfo>(listed, Some(limit)),
            self.table.query_all::<ExamInfoLike>(likes(school, user, course)),
            self.table.query_all::<OwnExamInfo>(own),
        )?;
        let liked: HashSet<String> = likes.into_iter().map(|(sk, _)| sk).collect();
        let seen = |(_, exam_info): (String, ExamInfo)| {
            let is_mine = own.iter().any(|(_, own)| own.exam_info_id == exam_info.id);
            let is_liked = liked.contains(&like_key(school, user, course, exam_info.id).sk);
            self.seen(is_mine, is_liked, exam_info)
        };
        Ok(Page { items: page.items.into_iter().map(seen).collect(), next: page.next })
    }

    /// Returns an exam info as the caller sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: ExamInfoId) -> Result<SeenExamInfo, Error> {
        let FoundExamInfo { course, exam_info, is_mine } = self.find(caller, id).await?;
        let like_key = like_key(caller.school, caller.user, course, id);
        let like: Option<ExamInfoLike> = self.table.get(like_key, Read::Consistent).await?;
        Ok(self.seen(is_mine, like.is_some(), exam_info))
    }

    pub(super) fn seen(&self, is_mine: bool, is_liked: bool, exam_info: ExamInfo) -> SeenExamInfo {
        let appearance = Appearance::new(exam_info.moderation, is_mine, self.table.clock().now());
        SeenExamInfo { exam_info, is_mine, is_liked, appearance }
    }

    /// Finds an exam info by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find(&self, caller: &Caller, id: ExamInfoId) -> Result<FoundExamInfo, Error> {
        let Caller { school, user, .. } = *caller;
        let ExamInfoLocation { course_id: course, semester, exam, created_at, .. } =
            self.location(school, id).await?.ok_or(Error::NotFound)?;
        let (key, own_key) = (key(school, course, created_at, id), own_key(school, user, course, semester, exam));
        let mut rows = self.table.batch_get([key.clone(), own_key.clone()], Read::Consistent).await?;
        let exam_info = rows.take(&key)?.ok_or(Error::NotFound)?;
        let own: Option<OwnExamInfo> = rows.take(&own_key)?;
        let is_mine = own.is_some_and(|own| own.exam_info_id == id);
        Ok(FoundExamInfo { course, exam_info, is_mine })
    }

    /// Returns the location of an exam info that is not deleted.
    pub(super) async fn location(&self, school: SchoolId, id: ExamInfoId) -> Result<Option<ExamInfoLocation>, Error> {
        let location: Option<ExamInfoLocation> = self.table.get(location_key(school, id), Read::Consistent).await?;
        Ok(location.filter(|location| location.deleted_at.is_none()))
    }
}
