//! Adding, deleting and liking exam infos.

use crate::domain::{Caller, CourseId, ExamInfo, ExamInfoId, Permission, Refusal};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Error, RowUpdate, Transaction};
use crate::store::timetables::exam_infos::{
    ExamInfoLike, ExamInfoLocation, ExamInfos, FoundExamInfo, OwnExamInfo, SeenExamInfo, key, like_key, location_key,
    own_key,
};

impl ExamInfos {
    /// Adds an exam info about an exam of the course. The caller may have written one before that an admin has deleted.
    ///
    /// # Errors
    /// [`Refusal::AlreadyWritten`]; [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        course: CourseId,
        exam_info: ExamInfo,
    ) -> Result<SeenExamInfo, Error> {
        let mut deleted = None;
        loop {
            match self.addition(access, caller, course, &exam_info, deleted)?.commit().await {
                Err(Error::Modified(row)) => {
                    let OwnExamInfo { exam_info_id } = row.read()?;
                    if self.location(caller.school, exam_info_id).await?.is_some() {
                        return Err(Refusal::AlreadyWritten.into());
                    }
                    deleted = Some(exam_info_id);
                }
                // A concurrent request of the caller has replaced the deleted exam info, and deleted its own.
                Err(Error::NotFound) if deleted.is_some() => deleted = None,
                result => return result.map(|()| self.seen(true, false, exam_info)),
            }
        }
    }

    /// The transaction that adds an exam info, in place of the caller's deleted one if there is one.
    ///
    /// # Errors
    /// Its commit fails with [`Error::Modified`] if the caller has another exam info about the exam.
    fn addition(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        course: CourseId,
        exam_info: &ExamInfo,
        deleted: Option<ExamInfoId>,
    ) -> Result<Transaction, Error> {
        let Caller { school, user, .. } = *caller;
        let ExamInfo { id, semester, exam, created_at, .. } = *exam_info;
        let own_key = own_key(school, user, course, semester, exam);
        let author_id = Some(user);
        let location = ExamInfoLocation { author_id, course_id: course, semester, exam, created_at, deleted_at: None };
        let transaction = self.table.transaction(access).record_idempotency(access, id.as_uuid())?;
        let transaction = match deleted {
            None => transaction.create(&own_key, &OwnExamInfo { exam_info_id: id })?,
            Some(deleted) => {
                let replaced = RowUpdate::default().if_equal(&["exam_info_id"], deleted)?;
                transaction.update(own_key, replaced.set(&["exam_info_id"], id)?)?
            }
        };
        transaction
            .on_modified()
            .create(&key(school, course, created_at, id), exam_info)?
            .create(&location_key(school, id), &location)
    }

    /// Deletes an exam info.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`]; [`Error::NotFound`] if the exam info was deleted meanwhile.
    pub async fn delete(&self, access: &WriteAccess, caller: &Caller, found: &FoundExamInfo) -> Result<(), Error> {
        let Caller { school, user, .. } = *caller;
        let FoundExamInfo { course, exam_info, is_mine } = found;
        let ExamInfo { id, semester, exam, created_at, .. } = *exam_info;
        let permission = ExamInfo::check_deletable_by(caller, *is_mine)?;
        let mut transaction = self.table.transaction(access).check_permission(caller, permission)?;
        if permission == Permission::Own {
            let is_own = RowUpdate::default().if_equal(&["exam_info_id"], id)?;
            transaction = transaction
                .delete_if(own_key(school, user, *course, semester, exam), is_own)?
                .on_condition_failed(Error::NotFound);
        }
        let deleted = RowUpdate::of_existing().if_absent(&["deleted_at"]).remove(&["author_id"]);
        let deleted = deleted.set(&["deleted_at"], self.table.clock().now())?;
        transaction
            .delete(key(school, *course, created_at, id))?
            .on_condition_failed(Error::NotFound)
            .update(location_key(school, id), deleted)?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await
    }

    /// Likes an exam info and returns its new number of likes.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`], [`Refusal::AlreadyLiked`]; [`Error::NotFound`] if the exam info
    /// was deleted meanwhile.
    pub async fn like(&self, access: &WriteAccess, caller: &Caller, found: &FoundExamInfo) -> Result<u32, Error> {
        let FoundExamInfo { course, exam_info, is_mine } = found;
        exam_info.check_open(*is_mine)?;
        let like = ExamInfoLike { liked_at: self.table.clock().now() };
        let liked = RowUpdate::of_existing().if_not_hidden(&[])?.add(&["like_count"], 1)?;
        self.table
            .transaction(access)
            .create(&like_key(caller.school, caller.user, *course, exam_info.id), &like)?
            .on_condition_failed(Refusal::AlreadyLiked)
            .update(key(caller.school, *course, exam_info.created_at, exam_info.id), liked)?
            .on_hidden_or_absent()
            .commit()
            .await?;
        Ok(exam_info.like_count.saturating_add(1))
    }
}
