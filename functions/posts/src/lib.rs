//! Posts and the pictures in them: the routes of this group, a file per use case.

mod bucket;
mod create;
mod create_media;
mod delete;
mod edit;
mod like;
mod list;
mod lists;
mod scrap;
mod show;
mod state;
mod sweep;
mod view;
mod wire;

pub use bucket::{Bucket, BucketConfigError};
pub use state::Posts;
pub use sweep::{SweepError, Swept, sweep};

use campus_core::lambda::Function;

campus_core::operations! {
    Posts:
    list::list_posts,
    create::create_post,
    lists::list_my_posts,
    lists::list_commented_posts,
    lists::list_scraps,
    lists::list_hot_posts,
    lists::list_best_posts,
    show::show_post,
    edit::edit_post,
    delete::delete_post,
    like::like_post,
    scrap::scrap_post,
    scrap::unscrap_post,
    create_media::create_media,
}

/// The function: the routes, and the sweeps on schedule.
pub fn function(posts: Posts) -> Function {
    let swept = posts.clone();
    Function::new(routes(posts)).on_schedule(move || sweep_on_schedule(swept.clone()))
}

async fn sweep_on_schedule(posts: Posts) -> Result<(), lambda_http::Error> {
    let swept = sweep(&posts).await?;
    tracing::info!(swept.finished, swept.waiting, "swept");
    Ok(())
}
