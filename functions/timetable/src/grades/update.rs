//! `PATCH /grades`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{GoalCredits, GradeSettings, Gradebook, Scale};
use campus_core::http::{JsonBody, MaybeUnverified, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::grades::view::GradesView;

request! {
    /// Changes to the settings of your grades. Fields that you leave out stay as they are.
    #[derive(Debug, ToSchema)]
    pub(crate) struct GradesUpdate {}
    optional {
        /// The grade points of the best grade. 4.5 has no minus grades.
        scale: Scale,
    }
    clearable {
        /// The credits that you need to graduate. Null removes them.
        goal_credits: GoalCredits,
    }
}

/// Changes the scale and the goal of your grades.
#[utoipa::path(patch, path = "/grades", tag = "grades", request_body = GradesUpdate, responses(
    (status = 200, description = "Your grades.", body = GradesView),
    (status = 409, description = "`minus_grades`: a course has a grade that the scale does not have.")))]
pub(crate) async fn update_grades(
    MaybeUnverified(caller): MaybeUnverified,
    State(app): State<App>,
    JsonBody(body): JsonBody<GradesUpdate>,
) -> Result<Json<GradesView>, Problem> {
    let settings = GradeSettings { scale: body.scale, goal_credits: body.goal_credits };
    let (access, stored) = tokio::join!(app.authorizer.authorize_private(&caller), app.grades.get(&caller));
    let (access, stored) = (access?, stored?);
    let change = |gradebook: &mut Gradebook| Ok::<_, Problem>(gradebook.change_settings(settings)?);
    let gradebook = app.grades.change(&access, &caller, stored, change).await?;
    Ok(Json(GradesView::new(&gradebook)))
}
