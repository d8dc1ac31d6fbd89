//! Serves the page while the second part of it is still being compiled.

use std::{
    net::{Ipv4Addr, TcpListener},
    thread,
    time::Instant,
};

use anyhow::{Context, Result};
use http::{HeaderValue, header::CACHE_CONTROL};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tower_http::{services::ServeDir, set_header::SetResponseHeader};

use crate::{make, part::Part, root::dist};

/// Builds the page and serves it until the program is ended.
pub(crate) fn page(port: u16) -> Result<()> {
    let start = Instant::now();
    // Before the build, so that nobody waits for a port that is taken.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("port {port} cannot be served: please choose another by --port"))?;
    let mut parts = make::small()?;
    make::page_of(&parts)?;
    let server = thread::spawn(|| served(listener));
    println!(
        "The page trains on the CPU, after {} s: open http://127.0.0.1:{port}/ in Chrome, Edge, Safari 26 or Firefox. \
         Ctrl+C ends it.",
        start.elapsed().as_secs()
    );
    let whole = make::part(Part::WebGpu, parts.first()).and_then(|webgpu| {
        parts.push(webgpu);
        make::page_of(&parts)
    });
    match whole {
        Ok(()) => println!("The page trains on WebGPU too, after {} s: reload it.", start.elapsed().as_secs()),
        Err(error) => eprintln!("{error:#}\nThe page goes on without WebGPU."),
    }
    server.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn served(listener: TcpListener) -> Result<()> {
    listener.set_nonblocking(true).context("the port cannot be served")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("the server cannot be started")?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).context("the port cannot be served")?;
        let files = ServeDir::new(dist()).precompressed_br();
        // A browser asks whether a file has changed before it takes its own copy: the page is built again and again.
        let fresh = SetResponseHeader::overriding(files, CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        loop {
            let (stream, _) = listener.accept().await.context("the port is no longer served")?;
            let connection =
                http1::Builder::new().serve_connection(TokioIo::new(stream), TowerToHyperService::new(fresh.clone()));
            tokio::spawn(connection); // what a browser breaks off is no error
        }
    })
}
