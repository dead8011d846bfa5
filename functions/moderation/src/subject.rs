//! The fields of a request that name a post, comment, message, review or exam info.

use campus_core::domain::{CaseId, CommentId, ExamInfoId, FieldError, Invalid, MessageId, PostId, ReviewId, ThreadId};

/// The fields. A request has one of them, or both `thread_id` and `message_id`.
#[derive(Clone, Copy, Default)]
pub(crate) struct SubjectFields {
    pub(crate) post_id: Option<PostId>,
    pub(crate) comment_id: Option<CommentId>,
    pub(crate) thread_id: Option<ThreadId>,
    pub(crate) message_id: Option<MessageId>,
    pub(crate) review_id: Option<ReviewId>,
    pub(crate) exam_info_id: Option<ExamInfoId>,
}

impl SubjectFields {
    /// The case about the thing that the fields name.
    ///
    /// # Errors
    /// [`FieldError::Required`] if a field is missing, [`FieldError::OnlyOne`] if there are several things.
    pub(crate) fn case_id(self) -> Result<CaseId, Invalid> {
        let Self { post_id, comment_id, thread_id, message_id, review_id, exam_info_id } = self;
        let message = match (thread_id, message_id) {
            (Some(thread), Some(message)) => Some(CaseId::Message(thread, message)),
            (Some(_), None) => return Err(FieldError::Required.at("message_id")),
            (None, Some(_)) => return Err(FieldError::Required.at("thread_id")),
            (None, None) => None,
        };
        let things = [
            ("post_id", post_id.map(CaseId::Post)),
            ("comment_id", comment_id.map(CaseId::Comment)),
            ("message_id", message),
            ("review_id", review_id.map(CaseId::Review)),
            ("exam_info_id", exam_info_id.map(CaseId::ExamInfo)),
        ];
        let mut named = things.into_iter().filter_map(|(field, thing)| Some((field, thing?)));
        let (_, first) = named.next().ok_or_else(|| FieldError::Required.at("post_id"))?;
        named.next().map_or(Ok(first), |(field, _)| Err(FieldError::OnlyOne.at(field)))
    }
}
