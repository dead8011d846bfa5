//! Posts and their pictures: the routes of the posts function, a file per operation, and the posts-stream function, in
//! [`stream`].

mod create;
mod delete;
mod feeds;
mod hide;
mod like;
mod list;
mod media;
mod scrap;
mod search;
mod show;
mod state;
pub mod stream;
mod update;
mod view;

pub use media::cleanup::{CleanupReport, clean_up_media};
pub use state::PostsState;

use campus_core::lambda::Function;

campus_core::operations! {
    PostsState:
    list::list_posts,
    create::create_post,
    feeds::list_my_posts,
    feeds::list_commented_posts,
    feeds::list_scraps,
    feeds::list_hot_posts,
    feeds::list_best_posts,
    feeds::list_hidden_posts,
    search::search_posts,
    show::show_post,
    update::update_post,
    delete::delete_post,
    like::like_post,
    scrap::scrap_post,
    scrap::unscrap_post,
    hide::hide_post,
    hide::unhide_post,
    media::create::create_media,
}

/// The posts function: it serves the routes, and on its schedule deletes the pictures of deleted boards and of removed posts.
pub fn function(state: PostsState) -> Function {
    let scheduled = state.clone();
    Function::new(routes(state)).on_schedule(move || clean_up_on_schedule(scheduled.clone()))
}

async fn clean_up_on_schedule(state: PostsState) -> Result<(), lambda_http::Error> {
    let report = clean_up_media(&state).await?;
    tracing::info!(report.finished, report.waiting, "media cleanup");
    Ok(())
}
