//! `POST /lectures/{id}/exam-infos`.

use axum::extract::State;
use campus_core::domain::{
    Caller, Exam, ExamInfo, ExamInfoDraft, ExamInfoId, ExamStrategy, LectureId, QuestionTypes, Semester,
};
use campus_core::http::{AccessRequest, Created, Creation, Path, Problem};
use campus_core::request;
use campus_core::store::{SeenExamInfo, UserAction};
use utoipa::ToSchema;

use crate::exam_infos::view::ExamInfoView;
use crate::state::TimetableState;
use crate::taken_course::find_course;

request! {
    /// New information about an exam.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewExamInfo {
        exam: Exam,
        /// The semester in which you took the exam. A lecture of the course must be, or have been, in one of your
        /// timetables of this semester.
        semester: Semester,
        question_types: QuestionTypes,
        /// How to prepare for the exam.
        strategy: ExamStrategy,
    }
}

/// Tells about an exam of the course of a lecture.
///
/// All lectures with the same title and professor are one course, in all sections and semesters.
#[utoipa::path(post, path = "/lectures/{id}/exam-infos", tag = "exam-infos", params(("id" = LectureId, Path)),
    request_body = NewExamInfo, responses(
    (status = 201, description = "The exam info.", body = ExamInfoView),
    (status = 403, description = "`not_taken`: you did not take the course in this semester."),
    (status = 409, description = "`already_written`: you have written about this exam. Delete that exam info first."),
    (status = 429, description = "`rate_limited`: you wrote too many exam infos.")))]
pub(crate) async fn create_exam_info(
    caller: Caller,
    Path(id): Path<LectureId>,
    State(state): State<TimetableState>,
    creation: Creation<NewExamInfo>,
) -> Result<Created<ExamInfoView>, Problem> {
    let app = &state.app;
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(&state, &caller, id, request, access).await,
            async |id| app.exam_infos.get(&caller, ExamInfoId::from_uuid(id)).await,
            |seen| Created::new(format!("/exam-infos/{}", seen.exam_info.id), ExamInfoView::from(seen)),
        )
        .await
}

async fn create(
    state: &TimetableState,
    caller: &Caller,
    id: LectureId,
    request: NewExamInfo,
    access: AccessRequest,
) -> Result<SeenExamInfo, Problem> {
    let app = &state.app;
    let NewExamInfo { exam, semester, question_types, strategy } = request;
    let (access, found) = tokio::join!(access.authorize(), find_course(state, caller, id, semester));
    let (access, (course, has_taken)) = (access?, found?);
    let draft = ExamInfoDraft { exam, semester, question_types, strategy };
    let exam_info = ExamInfo::write(draft, has_taken, app.clock.now())?;
    app.limiter.count(UserAction::WriteExamInfo, &access, caller).await?;
    Ok(app.exam_infos.add(&access, caller, course, exam_info).await?)
}
