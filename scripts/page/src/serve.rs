//! Serves the page while the second part of it is still being compiled.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::Path,
    thread,
    time::Instant,
};

use anyhow::{Context, Result};
use http::{HeaderName, HeaderValue, header::CACHE_CONTROL};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tower_http::services::ServeDir;

use crate::{
    headers::{HEADERS, headers},
    make,
    part::Part,
    root::{dist, root},
    site::read,
};

/// Builds the page and serves it until the program is ended.
pub(crate) fn page(port: u16) -> Result<()> {
    let start = Instant::now();
    // Before the build, so that nobody waits for a port that is taken.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("port {port} cannot be served: please choose another by --port"))?;
    let mut parts = make::small()?;
    make::page_of(&parts)?;
    let server = thread::spawn(|| served(listener, &dist()));
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

fn served(listener: TcpListener, page: &Path) -> Result<()> {
    listener.set_nonblocking(true).context("the port cannot be served")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("the server cannot be started")?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).context("the port cannot be served")?;
        // In the place of the page's service worker, one that takes itself away where another server has left one at this address.
        let files = ServeDir::new(root().join("scripts/page/served")).fallback(ServeDir::new(page).precompressed_br());
        let mut headers = headers(&String::from_utf8_lossy(&read(&page.join(HEADERS))?))?;
        // And by this the page knows not to ask for one: it would go on showing a page that was built before.
        headers.insert(HeaderName::from_static("server-timing"), HeaderValue::from_static("no-service-worker"));
        // A browser asks whether a file has changed before it takes its own copy: the page is built again and again.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        loop {
            let (stream, _) = listener.accept().await.context("the port is no longer served")?;
            let (files, headers) = (files.clone(), headers.clone());
            let service = service_fn(move |request| {
                let (mut files, headers) = (files.clone(), headers.clone());
                async move {
                    let mut response = files.try_call(request).await?;
                    response.headers_mut().extend(headers);
                    Ok::<_, std::io::Error>(response)
                }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection); // what a browser breaks off is no error
        }
    })
}

#[cfg(test)]
mod tests {
    use std::{
        env, fs,
        io::{Read as _, Write as _},
        net::TcpStream,
    };

    use super::*;

    #[test]
    fn it_wants_no_service_worker_and_takes_away_one_that_was_left() {
        let page = env::temp_dir().join(format!("tabfit-served-{}", std::process::id()));
        fs::create_dir_all(&page).unwrap();
        fs::write(page.join("index.html"), "<p>the page").unwrap();
        fs::write(page.join("sw.js"), "of another server").unwrap();
        fs::write(page.join(HEADERS), "/*\n  Referrer-Policy: no-referrer\n").unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn({
            let page = page.clone();
            move || served(listener, &page)
        });
        let answer = |path: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let [index, worker] = [answer("/"), answer("/sw.js")];
        fs::remove_dir_all(&page).unwrap();
        assert!(index.contains("referrer-policy: no-referrer\r\n"), "{index}");
        assert!(index.contains("server-timing: no-service-worker\r\n") && index.ends_with("<p>the page"), "{index}");
        assert!(worker.contains("unregister()") && !worker.contains("of another server"), "{worker}");
    }
}
