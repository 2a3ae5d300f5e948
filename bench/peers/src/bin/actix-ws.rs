//! actix-ws as its documentation has it.

use std::process::ExitCode;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_ws::AggregatedMessage;
use futures_util::StreamExt;
use sockpact_bench_peers::MAX_MESSAGE;
use sockpact_bench_servers::{Threads, announce};

async fn both(request: HttpRequest, body: web::Payload) -> actix_web::Result<HttpResponse> {
    let (response, mut session, messages) = actix_ws::handle(&request, body)?;
    let mut messages =
        messages.max_frame_size(MAX_MESSAGE).aggregate_continuations().max_continuation_size(MAX_MESSAGE);
    actix_web::rt::spawn(async move {
        while let Some(Ok(message)) = messages.next().await {
            let sent = match message {
                AggregatedMessage::Text(text) => session.text(text).await,
                AggregatedMessage::Binary(bytes) => session.binary(bytes).await,
                AggregatedMessage::Ping(bytes) => session.pong(&bytes).await,
                AggregatedMessage::Pong(_) => Ok(()),
                AggregatedMessage::Close(reason) => {
                    let _ = session.close(reason).await;
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    });
    Ok(response)
}

fn serve(threads: usize) -> std::io::Result<()> {
    let server = HttpServer::new(|| App::new().route("/both", web::get().to(both)));
    let server = server.workers(threads).tcp_nodelay(true).bind("127.0.0.1:0")?;
    announce(server.addrs().first().copied().ok_or_else(|| std::io::Error::other("no address")))?;
    actix_web::rt::System::new().block_on(server.run())
}

fn main() -> ExitCode {
    match Threads::from_command_line().and_then(|threads| serve(threads.0).map_err(|error| error.to_string()))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
