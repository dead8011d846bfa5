//! From operations to the routes that serve them.

use axum::Router;
use axum::handler::Handler;
use axum::routing::on;
use utoipa::Path;
use utoipa_axum::PathItemExt;

/// Makes of the operations of a function, handlers with `#[utoipa::path]`, two functions: `routes`, which serves them
/// with a state of the given type, and `document`, which describes them. They are apart so that a function on Lambda
/// neither holds nor builds the document, whose code is dropped where nothing asks for it.
///
/// ```
/// # use axum::extract::State;
/// # mod greet {
/// #     use super::State;
/// #     #[utoipa::path(get, path = "/greeting", responses((status = 200)))]
/// #     pub(crate) async fn greet(State(greeting): State<&'static str>) -> &'static str {
/// #         greeting
/// #     }
/// # }
/// campus_core::operations! { &'static str: greet::greet }
/// # fn main() {
/// let router = routes("Hello");
/// assert!(router.has_routes());
/// assert!(document().paths.paths.contains_key("/greeting"));
/// # }
/// ```
#[macro_export]
macro_rules! operations {
    ($state:ty: $($($segment:ident)::+),+ $(,)?) => {
        /// The routes of these operations.
        pub fn routes(state: $state) -> axum::Router {
            let router = axum::Router::new();
            $(let router = $crate::operations!(@serve router, [] $($segment)::+);)+
            router.with_state(state)
        }

        /// What describes these operations.
        #[must_use]
        pub fn document() -> utoipa::openapi::OpenApi {
            #[derive(utoipa::OpenApi)]
            #[openapi(paths($($($segment)::+),+))]
            struct Operations;
            <Operations as utoipa::OpenApi>::openapi()
        }
    };
    // `#[utoipa::path]` keeps an operation's method and path in a type named after the handler, beside it.
    (@serve $router:ident, [$($module:ident)*] $handler:ident) => {
        $crate::http::paste! { $crate::http::serve::<$($module::)* [<__path_ $handler>], _, _, _>($router, $($module::)* $handler) }
    };
    (@serve $router:ident, [$($module:ident)*] $next:ident :: $($segment:ident)::+) => {
        $crate::operations!(@serve $router, [$($module)* $next] $($segment)::+)
    };
}

/// The router with one more operation, served by its handler.
#[doc(hidden)]
pub fn serve<O, H, T, S>(router: Router<S>, handler: H) -> Router<S>
where
    O: Path,
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    O::methods()
        .iter()
        .fold(router, |router, method| router.route(&O::path(), on(method.to_method_filter(), handler.clone())))
}
