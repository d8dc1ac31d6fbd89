//! Serves the page while all of its parts but the first are still being compiled.

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
    let mut parts = vec![make::part(Part::Cpu, None)?];
    make::page_of(&parts)?;
    let server = thread::spawn(|| served(listener, &dist()));
    println!(
        "The page trains on the CPU, after {} s: open http://127.0.0.1:{port}/ in Chrome, Edge, Safari 26 or Firefox. \
         Ctrl+C ends it.",
        start.elapsed().as_secs()
    );
    grow(
        |part| {
            parts.push(make::part(part, parts.first())?);
            make::page_of(&parts)
        },
        |news| println!("{news}, after {} s: reload it.", start.elapsed().as_secs()),
    );
    server.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Adds the parts that training on the CPU does not wait for, each by itself, so that a reload finds it. One that cannot be made
/// is left out; the page has a sentence for that.
fn grow(mut add: impl FnMut(Part) -> Result<()>, mut tell: impl FnMut(&str)) {
    let mut whole = true;
    for part in Part::ALL.into_iter().filter(|&part| part != Part::Cpu) {
        if part == Part::WebGpu && whole {
            tell("The page has all parts but the one for WebGPU");
        }
        match add(part) {
            Ok(()) if part == Part::WebGpu => tell("The page trains on WebGPU too"),
            Ok(()) => {}
            Err(error) => {
                whole = false;
                eprintln!("{error:#}\nThe page goes on without the {}.", part.title());
            }
        }
    }
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

    /// The answers of a server of these files to the lines of a request each.
    fn answers(name: &str, files: &[(&str, &str)], requests: &[&str]) -> Vec<String> {
        let page = env::temp_dir().join(format!("tabfit-{name}-{}", std::process::id()));
        fs::create_dir_all(&page).unwrap();
        for (file, text) in files {
            fs::write(page.join(file), text).unwrap();
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn({
            let page = page.clone();
            move || served(listener, &page)
        });
        let answer = |request: &&str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET {request}\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let answers = requests.iter().map(answer).collect();
        fs::remove_dir_all(&page).unwrap();
        answers
    }

    #[test]
    fn it_wants_no_service_worker_and_takes_away_one_that_was_left() {
        let headers = (HEADERS, "/*\n  Referrer-Policy: no-referrer\n");
        let files = [("index.html", "<p>the page"), ("sw.js", "of another server"), headers];
        let answers = answers("served", &files, &["/ HTTP/1.1", "/sw.js HTTP/1.1"]);
        let [index, worker] = &answers[..] else { panic!("two answers, not {answers:?}") };
        assert!(index.contains("referrer-policy: no-referrer\r\n"), "{index}");
        assert!(index.contains("server-timing: no-service-worker\r\n") && index.ends_with("<p>the page"), "{index}");
        assert!(worker.contains("unregister()") && !worker.contains("of another server"), "{worker}");
    }

    #[test]
    fn a_browser_that_reads_brotli_gets_the_file_beside_with_the_type_of_the_whole() {
        let files = [("a.wasm", "the whole"), ("a.wasm.br", "brotli"), (HEADERS, "")];
        let requests = ["/a.wasm HTTP/1.1\r\nAccept-Encoding: gzip, br", "/a.wasm HTTP/1.1"];
        let answers = answers("brotli", &files, &requests);
        let [packed, whole] = &answers[..] else { panic!("two answers, not {answers:?}") };
        assert!(packed.contains("content-encoding: br\r\n") && packed.ends_with("\r\n\r\nbrotli"), "{packed}");
        assert!(!whole.contains("content-encoding") && whole.ends_with("\r\n\r\nthe whole"), "{whole}");
        assert!(answers.iter().all(|answer| answer.contains("content-type: application/wasm\r\n")), "{answers:?}");
    }

    #[test]
    fn a_part_that_cannot_be_made_keeps_no_other_away_and_is_not_told_as_there() {
        let told_without = |broken: Option<Part>| {
            let (mut added, mut told) = (Vec::new(), Vec::new());
            let add = |part| {
                added.push(part);
                anyhow::ensure!(Some(part) != broken, "it is broken");
                Ok(())
            };
            grow(add, |news| told.push(news.to_string()));
            assert_eq!(added, Part::ALL[1..]);
            told
        };
        let late = "The page has all parts but the one for WebGPU";
        assert_eq!(told_without(None), [late, "The page trains on WebGPU too"]);
        assert_eq!(told_without(Some(Part::Decoders)), ["The page trains on WebGPU too"]);
        assert_eq!(told_without(Some(Part::WebGpu)), [late]);
    }
}
