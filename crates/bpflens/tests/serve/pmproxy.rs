//! `bpflens serve --pmproxy` before a fake pmproxy, which notes what comes and can misbehave. The real one: `tests/e2e`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bt_metrics::pmwebapi::ErrorReply;
use expect_test::expect;

use crate::failing_serve;
use crate::server::{Server, TOKEN, eventually};

const OK: &str = r#"{"context":7,"success":true}"#;

/// A request as it came.
#[derive(Clone, Debug)]
struct Seen {
    line: String,
    headers: HashMap<String, String>,
    body: String,
}

/// Answers each request with what `answer` makes of its path, one thread a connection.
struct FakePmproxy {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// The most requests that were answered at the same time.
    most: Arc<AtomicUsize>,
}

impl FakePmproxy {
    fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> FakePmproxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (seen, most) = (Arc::<Mutex<Vec<Seen>>>::default(), Arc::<AtomicUsize>::default());
        let fake = FakePmproxy { url, seen: seen.clone(), most: most.clone() };
        let (answer, now) = (Arc::new(answer), Arc::new(AtomicUsize::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, now, seen, most) = (answer.clone(), now.clone(), seen.clone(), most.clone());
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(request) = read_request(&stream) else { return };
                    let path = request.line.split(' ').nth(1).unwrap_or_default().to_string();
                    seen.lock().unwrap().push(request);
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let bytes = answer(&path);
                    now.fetch_sub(1, Ordering::SeqCst);
                    // The server may have given up on it.
                    let _ = stream.write_all(&bytes);
                });
            }
        });
        fake
    }

    /// The requests that came with this method and path.
    fn seen(&self, start: &str) -> Vec<Seen> {
        let all = self.seen.lock().unwrap();
        all.iter().filter(|seen| seen.line.starts_with(start)).cloned().collect()
    }
}

fn read_request(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let line = lines.next()?;
    let headers: HashMap<String, String> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_string()))
        })
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen { line, headers, body: String::from_utf8(body).unwrap() })
}

fn answer(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: Keep-Alive\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

fn json(body: &str) -> Vec<u8> {
    answer("200 OK", "application/json", body)
}

fn serve(arguments: &[&str]) -> Server {
    Server::spawn(Command::new(env!("CARGO_BIN_EXE_bpflens")).arg("serve").args(arguments))
}

/// Sends the head of a request, with the token, and reads the whole response.
fn raw(server: &Server, call: &str, header: &str) -> String {
    let address = server.base.strip_prefix("http://").unwrap();
    let mut page = TcpStream::connect(address).unwrap();
    let head =
        format!("{call} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\n{header}\r\n\r\n");
    page.write_all(head.as_bytes()).unwrap();
    page.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut response = String::new();
    page.read_to_string(&mut response).unwrap();
    response
}

#[test]
fn calls_reach_pmproxy_as_they_are_but_without_the_token() {
    let fake = FakePmproxy::start(|_| json(OK));
    let server = serve(&["--pmproxy", &fake.url, "--hostspec", "web1:1"]);
    let (status, body) = server.post("/pmapi/7/store?name=a.b&token=test-token", "BEGIN { @x = \"é\" }");
    assert_eq!((status, body.as_str()), (200, OK));
    let stored = &fake.seen("POST /pmapi/7/store?name=a.b HTTP/1.1")[0];
    assert_eq!(stored.body, "BEGIN { @x = \"é\" }");
    server.get("/pmapi/context?polltimeout=30");
    assert_eq!(fake.seen("GET /pmapi/context?polltimeout=30&hostspec=web1%3A1 HTTP/1.1").len(), 1);
    for seen in fake.seen("") {
        let all = format!("{seen:?}");
        assert!(!all.contains(TOKEN) && !seen.headers.contains_key("authorization"), "{all}");
    }
}

#[test]
fn who_may_call_is_decided_before_pmproxy_is_asked() {
    let fake = FakePmproxy::start(|_| json(OK));
    let server = serve(&["--pmproxy", &fake.url]);
    assert_eq!(server.get_with("/pmapi/1/fetch?names=a", &[]).0, 401);
    assert_eq!(server.get_with("/pmapi/1/fetch?token=test-token", &[("host", "evil.example")]).0, 403);
    assert_eq!(
        server.get_with("/pmapi/1/fetch?token=test-token", &[("origin", "http://evil.example")]).0,
        403
    );
    assert_eq!(server.get("/pmapi/../series/query").0, 404);
    assert_eq!(server.get("/").0, 200);
    // pmproxy 6.0.3 ends with a segmentation fault.
    let (status, body) = server.post("/pmapi/1/store", "name=a.b&value=1");
    assert_eq!(status, 400);
    expect![[r#"{"message":"store needs the name of a metric in the URL","success":false}"#]]
        .assert_eq(&body);
    let (status, body) = server.post("/pmapi/1/store?name=a.b", &"x".repeat((1 << 20) + 1));
    assert!(status == 400 && body.contains("the value was not read"), "{status} {body}");
    assert!(fake.seen("GET /pmapi/1/").is_empty() && fake.seen("POST").is_empty(), "{:?}", fake.seen(""));
}

#[test]
fn one_call_at_a_time_is_under_way_even_when_pages_hang_up() {
    let fake = FakePmproxy::start(|path| {
        std::thread::sleep(Duration::from_millis(if path.starts_with("/pmapi/2/") { 300 } else { 30 }));
        json(OK)
    });
    let server = serve(&["--pmproxy", &fake.url]);
    let address = server.base.strip_prefix("http://").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..5).for_each(|_| assert_eq!(server.get("/pmapi/1/fetch?names=a").0, 200)));
        }
    });
    for number in 1..=5 {
        let mut page = TcpStream::connect(address).unwrap();
        let head = format!("GET /pmapi/2/fetch?token={TOKEN} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        page.write_all(head.as_bytes()).unwrap();
        eventually("pmproxy is at this call", || {
            (fake.seen("GET /pmapi/2/fetch").len() == number).then_some(())
        });
        drop(page);
        assert_eq!(server.get("/pmapi/1/fetch?names=a").0, 200);
    }
    assert_eq!(fake.seen("GET /pmapi/1/fetch").len(), 25);
    assert_eq!(fake.most.load(Ordering::SeqCst), 1);
}

#[test]
fn whatever_comes_instead_of_an_answer_becomes_one_in_words() {
    let fake = FakePmproxy::start(|path| match path.rsplit('/').next().unwrap_or_default() {
        "refused" => answer("400 Bad Request", "text/html", "<script>"),
        "webserver" => answer("200 OK", "text/html", "<script>"),
        "moved" => answer("302 Found", "text/html", ""),
        "denied" => answer("403 Forbidden", "application/json", r#"{"message":"no","success":false}"#),
        "message" => answer("400 Bad Request", "application/json", r#"{"message":"no","success":false}"#),
        "long" => json(&"1".repeat(33 << 20)),
        "torn" => b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{".to_vec(),
        "nothing" => Vec::new(),
        "other" => b"220 ready\r\n".to_vec(),
        "slow" => {
            std::thread::sleep(Duration::from_secs(14));
            Vec::new()
        }
        _ => json(OK),
    });
    let server = serve(&["--pmproxy", &fake.url]);
    let calls = [
        "refused",
        "webserver",
        "moved",
        "denied",
        "message",
        "long",
        "torn",
        "nothing",
        "other",
        "slow",
        "fine",
    ];
    let answers = calls.map(|call| {
        let (status, body) = server.get(&format!("/pmapi/1/{call}"));
        if call != "fine" {
            let reply: ErrorReply = serde_json::from_str(&body).unwrap();
            assert!(!reply.success);
        }
        format!("{call}: {status} {}", body.replace(&fake.url, "URL"))
    });
    expect![[r#"
        refused: 400 {"message":"pmproxy at URL refused the call: HTTP 400 Bad Request","success":false}
        webserver: 502 {"message":"URL answers with HTTP 200 OK, but is no pmproxy","success":false}
        moved: 502 {"message":"URL answers with HTTP 302 Found, but is no pmproxy","success":false}
        denied: 502 {"message":"pmproxy at URL does not let this server in: HTTP 403 Forbidden","success":false}
        message: 400 {"message":"no","success":false}
        long: 502 {"message":"pmproxy at URL sent an answer of more than 32 MiB","success":false}
        torn: 502 {"message":"pmproxy at URL does not answer: end of file before message length reached","success":false}
        nothing: 502 {"message":"pmproxy at URL does not answer: connection closed before message completed","success":false}
        other: 502 {"message":"pmproxy at URL does not answer: invalid HTTP version parsed","success":false}
        slow: 504 {"message":"pmproxy at URL gave no answer within 12 s","success":false}
        fine: 200 {"context":7,"success":true}"#]].assert_eq(&answers.join("\n"));
}

#[test]
fn a_host_that_is_not_there_is_named() {
    let body = r#"{"message":"cannot connect to PMCD: No route to host","success":false}"#;
    let fake = FakePmproxy::start(|_| answer("400 Bad Request", "application/json", body));
    let server = serve(&["--pmproxy", &fake.url, "--hostspec", "web1"]);
    let (status, body) = server.get("/pmapi/context?polltimeout=30");
    assert_eq!(status, 400);
    expect![[
        r#"{"message":"web1 through pmproxy at URL: cannot connect to PMCD: No route to host","success":false}"#
    ]]
    .assert_eq(&body.replace(&fake.url, "URL"));
}

#[test]
fn no_header_of_pmproxys_is_passed_on() {
    let fake = FakePmproxy::start(|_| json(OK));
    let server = serve(&["--pmproxy", &fake.url]);
    let response = raw(&server, "GET /pmapi/1/fetch", "Connection: close");
    let headers = response.to_lowercase();
    assert!(
        headers.contains("content-type: application/json") && !headers.contains("access-control"),
        "{response}"
    );
}

/// What the server says about its pmproxy at the start.
fn warning(url: &str, hostspec: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bpflens"));
    let command = command.args(["serve", "--pmproxy", url]).args(hostspec).stderr(Stdio::piped());
    let mut server = Server::spawn(command);
    let lines = BufReader::new(server.process.stderr.take().unwrap()).lines();
    let warning: Vec<String> = lines.take(2).map(Result::unwrap).collect();
    warning.join("\n").replace(url, "URL")
}

#[test]
fn the_start_tells_where_the_way_to_an_agent_ends() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", taken.local_addr().unwrap());
    drop(taken);
    let no_pmcd = FakePmproxy::start(|_| {
        let body = r#"{"message":"cannot connect to PMCD: Connection refused","success":false}"#;
        answer("400 Bad Request", "application/json", body)
    });
    let no_agent = FakePmproxy::start(|path| match path.contains("/metric?") {
        false => json(r#"{"context":7,"source":"x","hostspec":"web1","labels":{"hostname":"web1"}}"#),
        true => answer(
            "400 Bad Request",
            "application/json",
            r#"{"context":7,"message":"bpftrace.control.register traversal failed - Unknown metric name","success":false}"#,
        ),
    });
    let warnings =
        [warning(&nobody, &[]), warning(&no_pmcd.url, &["--hostspec", "web1"]), warning(&no_agent.url, &[])];
    expect![[r#"
        warning: pmproxy at URL does not answer: Connection refused (os error 111)
          hint: pages wait until it does; systemctl start pmproxy starts it on its host
        warning: web1 through pmproxy at URL: cannot connect to PMCD: Connection refused
          hint: pages wait until this host is there; --hostspec names another
        warning: web1 has no bpftrace agent: bpftrace.control.register traversal failed - Unknown metric name
          hint: install it there: cd /var/lib/pcp/pmdas/bpftrace && ./Install"#]]
    .assert_eq(&warnings.join("\n"));
}

#[test]
fn neither_root_nor_bpftrace_is_needed() {
    let fake = FakePmproxy::start(|_| json(OK));
    // Where everybody may read it, unlike the folder of the build.
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("bpflens");
    // Not by this process: a file that it has open for writing when another test starts a process cannot be executed.
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_bpflens")).arg(&program).status().unwrap();
    assert!(copied.success());
    let mut command = Command::new(program);
    command.env_clear().args(["serve", "--pmproxy", &fake.url]);
    if rustix::process::geteuid().is_root() {
        command.uid(65534).gid(65534);
    }
    let server = Server::spawn(&mut command);
    assert_eq!(server.get("/pmapi/context").0, 200);
}

#[test]
fn an_address_that_cannot_be_says_what_to_write() {
    let messages = [
        failing_serve(&["--pmproxy", "https://web1"]),
        failing_serve(&["--pmproxy", "web1:44322"]),
        failing_serve(&["--hostspec", "web1"]),
        failing_serve(&["--pmproxy", "http://web1", "--bpftrace", "/bin/true"]),
    ];
    let first_lines = messages.map(|message| message.lines().take(2).collect::<Vec<_>>().join("\n"));
    expect![[r#"
        error: invalid value 'https://web1' for '--pmproxy <URL>': TLS is not spoken here; use a pmproxy of this machine, which reaches other hosts by --hostspec, or ssh -L 44322:127.0.0.1:44322 HOST

        error: invalid value 'web1:44322' for '--pmproxy <URL>': not an address of http; write http://HOST:PORT

        error: the following required arguments were not provided:
          --pmproxy <URL>
        error: the argument '--pmproxy <URL>' cannot be used with '--bpftrace <PATH>'
    "#]].assert_eq(&first_lines.join("\n"));
}
