//! An editor, as far as the server can tell.

use callwright::cli::disk::DiskFiles;
use callwright::lsp;
use lsp_server::{Connection, Message, Notification, Request, Response};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Editor {
    connection: Option<Connection>,
    server: Option<JoinHandle<()>>,
    folder: PathBuf,
    next: i32,
}

impl Editor {
    pub fn start(folder: &Path) -> Editor {
        let (server, connection) = Connection::memory();
        let serve = move || {
            lsp::serve(&server, |folder| Box::new(DiskFiles::new(folder))).expect("served to the end")
        };
        let server = Some(std::thread::spawn(serve));
        let folder = folder.canonicalize().expect("the folder is there");
        let mut editor = Editor { connection: Some(connection), server, folder, next: 0 };
        let general = json!({ "positionEncodings": ["utf-16"] });
        editor.ask("initialize", json!({ "capabilities": { "general": general } })).expect("initialized");
        editor.tell("initialized", json!({}));
        editor
    }

    fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("it is there until the end")
    }

    pub fn tell(&self, method: &str, params: Value) {
        let message = Message::Notification(Notification::new(method.to_owned(), params));
        self.connection().sender.send(message).expect("the server listens");
    }

    /// The answer to a request, or the number and the words of its refusal.
    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        self.next += 1;
        let request = Request::new(self.next.into(), method.to_owned(), params);
        self.connection().sender.send(Message::Request(request)).expect("the server listens");
        loop {
            if let Message::Response(Response { response_result, .. }) = self.message() {
                return response_result.map_err(|error| (error.code, error.message));
            }
        }
    }

    fn message(&self) -> Message {
        self.connection().receiver.recv_timeout(PATIENCE).expect("the server answers")
    }

    pub fn uri(&self, file: &str) -> String {
        format!("file://{}", self.folder.join(file).display())
    }

    pub fn open(&mut self, file: &str, text: &str) {
        let document = json!({ "uri": self.uri(file), "languageId": "flow", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Writes over so many characters behind a place.
    pub fn replace(&mut self, file: &str, start: Value, length: u64, text: &str) {
        let end = json!({ "line": start["line"], "character": start["character"].as_u64().expect("a column") + length });
        self.change(file, json!({ "range": { "start": start, "end": end }, "text": text }));
    }

    pub fn rewrite(&mut self, file: &str, text: &str) {
        self.change(file, json!({ "text": text }));
    }

    fn change(&mut self, file: &str, change: Value) {
        self.next += 1;
        let document = json!({ "uri": self.uri(file), "version": self.next });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }

    /// The next findings of a file: code, place and words.
    pub fn findings(&mut self, file: &str) -> Vec<String> {
        let list = self.published(file);
        let list = list.as_array().expect("a list").iter();
        list.map(|finding| {
            let start = &finding["range"]["start"];
            let code = finding["code"].as_str().unwrap_or_default();
            let message = finding["message"].as_str().unwrap_or_default();
            format!("{code} {}:{} {message}", start["line"], start["character"])
        })
        .collect()
    }

    fn published(&self, file: &str) -> Value {
        loop {
            if let Message::Notification(notification) = self.message()
                && notification.params["uri"] == self.uri(file)
            {
                return notification.params["diagnostics"].clone();
            }
        }
    }

    /// The fixes of the next findings of a file.
    pub fn fixes(&mut self, file: &str) -> Value {
        let findings = self.published(file);
        let range = findings[0]["range"].clone();
        let params = json!({
            "textDocument": { "uri": self.uri(file) }, "range": range, "context": { "diagnostics": findings },
        });
        self.ask("textDocument/codeAction", params).expect("fixes")
    }

    fn place(&self, file: &str, position: Value) -> Value {
        json!({ "textDocument": { "uri": self.uri(file) }, "position": position })
    }

    pub fn hover(&mut self, file: &str, position: Value) -> String {
        let answer = self.ask("textDocument/hover", self.place(file, position)).expect("a hover");
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    pub fn definition(&mut self, file: &str, position: Value) -> Vec<String> {
        let answer = self.ask("textDocument/definition", self.place(file, position)).expect("places");
        self.places(&answer)
    }

    pub fn references(&mut self, file: &str, position: Value) -> Vec<String> {
        let mut params = self.place(file, position);
        params["context"] = json!({ "includeDeclaration": true });
        let answer = self.ask("textDocument/references", params).expect("places");
        self.places(&answer)
    }

    fn places(&self, answer: &Value) -> Vec<String> {
        let place = |place: &Value| {
            let start = &place["range"]["start"];
            let file = place["uri"].as_str().and_then(|uri| uri.rsplit('/').next()).unwrap_or_default();
            format!("{file} {}:{}", start["line"], start["character"])
        };
        answer.as_array().expect("a list").iter().map(place).collect()
    }

    pub fn completion(&mut self, file: &str, position: Value) -> Vec<String> {
        let answer = self.ask("textDocument/completion", self.place(file, position)).expect("a list");
        let items = answer.as_array().expect("a list").iter();
        items.map(|item| item["label"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The text in the one layout; none where it is in it.
    pub fn formatted(&mut self, file: &str) -> Result<Option<String>, String> {
        let options = json!({ "tabSize": 4, "insertSpaces": true });
        let params = json!({ "textDocument": { "uri": self.uri(file) }, "options": options });
        let answer = self.ask("textDocument/formatting", params).map_err(|(_, message)| message)?;
        Ok(answer[0]["newText"].as_str().map(str::to_owned))
    }

    pub fn symbols(&mut self, file: &str) -> Vec<String> {
        let params = json!({ "textDocument": { "uri": self.uri(file) } });
        let answer = self.ask("textDocument/documentSymbol", params).expect("a list");
        let text = |symbol: &Value, field: &str| symbol[field].as_str().unwrap_or_default().to_owned();
        let symbols = answer.as_array().expect("a list").iter();
        symbols.map(|symbol| format!("{} {}", text(symbol, "detail"), text(symbol, "name"))).collect()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.ask("shutdown", Value::Null).expect("shut down");
        self.tell("exit", Value::Null);
        drop(self.connection.take());
        self.server.take().expect("it runs").join().expect("it ends well");
    }
}

/// Sends messages to the program itself, and returns all that it wrote and how it ended.
pub fn by_hand(messages: &[Value]) -> (String, ExitStatus) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
    let command = command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut input = child.stdin.take().expect("it is piped");
    for message in messages {
        let text = message.to_string();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it reads");
    }
    let output = child.wait_with_output().expect("it ends");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status)
}
