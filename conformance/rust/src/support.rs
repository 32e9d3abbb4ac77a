//! Starts the real binary and gives people to the tests: what every test here begins with.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use convex::{ConvexClient, FunctionResult, QuerySubscription, Value};
use futures::StreamExt;

const PASSWORD: &str = "un chateau de sable bleu";
const PATIENCE: Duration = Duration::from_secs(60);

pub type Args = BTreeMap<String, Value>;

/// Arguments by name: `args! {"titre" => "Une table", "prix" => 100.0}`.
#[macro_export]
macro_rules! args {
    ($($name:literal => $value:expr),* $(,)?) => {
        std::collections::BTreeMap::from([$(($name.to_string(), convex::Value::from($value))),*])
    };
}

pub fn demande(titre: &str) -> Args {
    args! {"titre" => titre, "description" => "Décrite.", "prix" => 10_000.0, "devise" => "EUR"}
}

pub fn page(items: f64, cursor: Value) -> Args {
    args! {"paginationOpts" => Value::Object(args! {"numItems" => items, "cursor" => cursor})}
}

/// What `future` gives. The client waits for ever, a test does not.
pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("no answer in time")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// `visavis serve --dev` on loopback, its data gone with it.
pub struct Server {
    binary: String,
    child: Child,
    data: PathBuf,
    ports: [u16; 3],
}

impl Server {
    pub fn start() -> Self {
        Self::start_binary("VISAVIS_BIN", "visavis")
    }

    /// The same protocol over functions that take, keep and give back any value: conformance/lab.
    pub fn start_lab() -> Self {
        Self::start_binary("VISAVIS_LAB", "visavis_lab")
    }

    fn start_binary(variable: &str, name: &str) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let built = format!("{}/../../build/{name}", env!("CARGO_MANIFEST_DIR"));
        let binary = std::env::var(variable).unwrap_or(built);
        let folder = format!("visavis-rust-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let data = std::env::temp_dir().join(folder);
        let ports = [free_port(), free_port(), free_port()];
        Server { child: Self::spawn(&binary, &data, ports), binary, data, ports }
    }

    fn spawn(binary: &str, data: &PathBuf, [http, udp, tcp]: [u16; 3]) -> Child {
        let mut child = Command::new(binary)
            .args(["serve", "--dev", "--rtc-ip", "127.0.0.1", "--data"])
            .arg(data)
            .args([
                "--listen",
                &format!("127.0.0.1:{http}"),
                "--rtc-udp",
                &udp.to_string(),
                "--rtc-tcp",
                &tcp.to_string(),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{binary}: {error}"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("visavis ready"), "{binary} did not start: {line}");
        child
    }

    pub fn kill_and_start_again(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = Self::spawn(&self.binary, &self.data, self.ports);
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0])
    }

    /// A new person's token, good for some minutes.
    pub fn sign_up(&self, name: &str) -> String {
        let body =
            serde_json::json!({"email": format!("{name}@example.org"), "password": PASSWORD, "name": name}).to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.ports[0])).unwrap();
        write!(
            stream,
            "POST /api/auth/signup HTTP/1.1\r\nHost: 127.0.0.1:{0}\r\nOrigin: http://127.0.0.1:{0}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {1}\r\n\r\n{body}",
            self.ports[0],
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, json) = answer.split_once("\r\n\r\n").expect("an answer with a body");
        let json: serde_json::Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {answer}"));
        json["token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_string()
    }

    pub async fn client(&self) -> ConvexClient {
        within(ConvexClient::new(&self.url())).await.unwrap()
    }

    /// A client of somebody who has just signed up.
    pub async fn person(&self, name: &str) -> ConvexClient {
        let mut client = self.client().await;
        client.set_auth(Some(self.sign_up(name))).await;
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// The value of a call that must succeed.
pub fn value(result: FunctionResult) -> Value {
    match result {
        FunctionResult::Value(value) => value,
        other => panic!("not a value: {other:?}"),
    }
}

/// The code in the data of a call that must be refused with some.
pub fn code(result: FunctionResult) -> String {
    match result {
        FunctionResult::ConvexError(error) => text(field(&error.data, "code")),
        other => panic!("not refused with data: {other:?}"),
    }
}

pub fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    match value {
        Value::Object(fields) => fields.get(name).unwrap_or_else(|| panic!("no {name} in {value:?}")),
        _ => panic!("no object: {value:?}"),
    }
}

pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        _ => panic!("no string: {value:?}"),
    }
}

pub fn rows(value: &Value) -> &[Value] {
    match value {
        Value::Array(rows) => rows,
        _ => panic!("no array: {value:?}"),
    }
}

/// The titles of a page's rows.
pub fn titres(page: &Value) -> Vec<String> {
    rows(field(page, "page")).iter().map(|row| text(field(row, "titre"))).collect()
}

pub async fn query(client: &mut ConvexClient, name: &str, args: Args) -> FunctionResult {
    within(client.query(name, args)).await.unwrap()
}

pub async fn mutate(client: &mut ConvexClient, name: &str, args: Args) -> FunctionResult {
    within(client.mutation(name, args)).await.unwrap()
}

pub async fn act(client: &mut ConvexClient, name: &str, args: Args) -> FunctionResult {
    within(client.action(name, args)).await.unwrap()
}

/// The first live result that `holds`; the client skips some, so none is counted.
pub async fn until(live: &mut QuerySubscription, holds: impl Fn(&FunctionResult) -> bool) -> FunctionResult {
    loop {
        let now = within(live.next()).await.expect("the subscription lives");
        if holds(&now) {
            return now;
        }
    }
}
