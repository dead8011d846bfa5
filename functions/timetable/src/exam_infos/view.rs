//! Exam infos in responses.

use campus_core::domain::{ContentState, Date, Exam, ExamInfo, ExamInfoId, ExamStrategy, QuestionTypes, Semester};
use campus_core::http::ModerationView;
use campus_core::store::SeenExamInfo;
use serde::Serialize;
use utoipa::ToSchema;

/// Information about an exam of a course. It never reveals its author, or that two exam infos have the same author.
#[derive(Serialize, ToSchema)]
#[schema(as = ExamInfo)]
pub(crate) struct ExamInfoView {
    pub(crate) id: ExamInfoId,
    exam: Exam,
    /// The semester in which the author took the exam.
    semester: Semester,
    question_types: QuestionTypes,
    /// How to prepare for the exam. Null if the exam info is hidden from you.
    strategy: Option<ExamStrategy>,
    /// The text to show in place of the author's name. Always in Korean.
    #[schema(example = "26년 1학기 수강자")]
    taken: String,
    like_count: u32,
    /// Whether you like the exam info.
    liked: bool,
    /// Whether you wrote the exam info.
    is_mine: bool,
    /// An exam info that is `blinded`, `removed` or `restricted` is hidden from everybody but its author. Only the author
    /// sees that an exam info is `restored`.
    state: ContentState,
    /// Why your exam info is hidden. Null if it is not hidden, or not yours.
    moderation: Option<ModerationView>,
    /// The day on which the exam info was written, in Seoul.
    date: Date,
}

impl From<SeenExamInfo> for ExamInfoView {
    fn from(seen: SeenExamInfo) -> Self {
        let SeenExamInfo { exam_info, is_mine, is_liked, appearance } = seen;
        let ExamInfo { id, exam, semester, question_types, strategy, like_count, created_at, .. } = exam_info;
        Self {
            id,
            exam,
            semester,
            question_types,
            strategy: appearance.show(strategy),
            taken: format!("{} 수강자", semester.korean()),
            like_count,
            liked: is_liked,
            is_mine,
            state: appearance.state,
            moderation: appearance.notice.map(ModerationView::from),
            date: created_at.date_in_seoul(),
        }
    }
}
