//! The HTTP server of all ports of a local service.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use campus_core::http::Peer;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower::Service;

use crate::origins::is_own_host;

/// How long a client may take to send the headers of its next request.
pub(crate) const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The pause after a connection could not be accepted, such as when the process has too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

const FOREIGN_HOST: (StatusCode, &str) =
    (StatusCode::FORBIDDEN, "This service answers only under the name localhost and IP addresses.\n");

/// Serves requests until `stop` resolves. Then waits for the requests in progress.
///
/// - A request has the address of the client as a [`Peer`].
/// - A request whose `Host` is neither `localhost` nor an IP address is refused. A web page can let its own domain name
///   resolve to 127.0.0.1, and then reads responses as those of its own site (DNS rebinding). The port does not matter: it
///   is another one behind port forwarding.
/// - A connection is closed if the headers of the next request do not arrive within 10 seconds.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    serve_within(Some(HEADER_TIMEOUT), listener, router, stop).await;
}

/// Like [`serve`], with another time limit for headers, or without one.
pub(crate) async fn serve_within(
    header_timeout: Option<Duration>,
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    if let Some(timeout) = header_timeout {
        http.timer(TokioTimer::new()).header_read_timeout(timeout);
    }
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Small responses must not wait for the acknowledgement of earlier ones. Without it the server is only slower.
        let _ = stream.set_nodelay(true);
        let (router, peer) = (router.clone(), Peer(peer.ip()));
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            respond(router.clone(), request)
        });
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        // The client's errors, such as a closed connection, concern nobody else.
        tokio::spawn(async move { connection.await.ok() });
    }
    drop(listener);
    connections.shutdown().await;
}

/// Passes the request to the router, or refuses it if its `Host` is foreign.
async fn respond(mut router: Router, request: Request<Incoming>) -> Result<Response, Infallible> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let is_own = hosts.next().is_some_and(is_own_host) && hosts.next().is_none();
    if is_own { router.call(request).await } else { Ok(FOREIGN_HOST.into_response()) }
}
