//! The loop: messages in, answers and findings out.

use super::lines::Encoding;
use super::workspace::{OpenFolder, Workspace};
use super::{complete, fix, hover, layout, names, publish, symbols};
use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentHighlightRequest, DocumentSymbolRequest, Formatting,
    GotoDefinition, HoverRequest, References, Request as _,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DocumentHighlight,
    DocumentSymbolResponse, GotoDefinitionResponse, HoverProviderCapability, InitializeParams, OneOf,
    PublishDiagnosticsParams, SaveOptions, ServerCapabilities, TextDocumentPositionParams,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use thiserror::Error;

/// How long an editor sends nothing before the programs that have changed are compiled: a word typed fast is one change.
const QUIET: Duration = Duration::from_millis(60);

/// Why the server stopped before the editor asked it to.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The editor does not keep to the protocol.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// The editor's first message cannot be read.
    #[error("the editor's `initialize` cannot be read: {0}")]
    Initialize(serde_json::Error),
    /// The editor is gone.
    #[error("the editor has closed the connection without `shutdown`")]
    Gone,
}

/// Serves one editor until it says `shutdown` and `exit`.
///
/// # Errors
///
/// [`ServeError`] where the editor breaks the protocol or leaves without a word.
pub fn serve(connection: &Connection, open_folder: OpenFolder) -> Result<(), ServeError> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params).map_err(ServeError::Initialize)?;
    let general = params.capabilities.general.unwrap_or_default();
    let encoding = Encoding::agreed(&general.position_encodings.unwrap_or_default());
    let completion = params.capabilities.text_document.and_then(|document| document.completion);
    let item = completion.and_then(|completion| completion.completion_item);
    let with_snippets = item.and_then(|item| item.snippet_support).unwrap_or(false);
    let about = json!({ "name": "callwright", "version": env!("CARGO_PKG_VERSION") });
    let answer = json!({ "capabilities": capabilities(encoding), "serverInfo": about });
    connection.initialize_finish(id, answer)?;
    let workspace = Workspace::new(open_folder, encoding);
    let mut server =
        Server { connection, workspace, with_snippets, changed: BTreeSet::new(), published: BTreeMap::new() };
    server.run()
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([".", ">", " ", "{"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}

struct Server<'c> {
    connection: &'c Connection,
    workspace: Workspace,
    with_snippets: bool,
    /// The folders of programs that have changed since their findings were published.
    changed: BTreeSet<PathBuf>,
    /// Which files of which program have findings in the editor.
    published: BTreeMap<PathBuf, BTreeSet<String>>,
}

impl Server<'_> {
    fn run(&mut self) -> Result<(), ServeError> {
        loop {
            let Some(message) = self.receive()? else {
                self.publish()?;
                continue;
            };
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    let response = self.answer(request);
                    self.send(Message::Response(response))?;
                }
                Message::Notification(notification) => self.note(notification),
                Message::Response(_) => {}
            }
        }
    }

    /// The next message; none where changes wait to be looked at, and the editor is quiet.
    fn receive(&self) -> Result<Option<Message>, ServeError> {
        let receiver = &self.connection.receiver;
        if self.changed.is_empty() {
            return receiver.recv().map(Some).map_err(|_| ServeError::Gone);
        }
        match receiver.recv_timeout(QUIET) {
            Ok(message) => Ok(Some(message)),
            Err(error) if error.is_timeout() => Ok(None),
            Err(_) => Err(ServeError::Gone),
        }
    }

    fn send(&self, message: Message) -> Result<(), ServeError> {
        self.connection.sender.send(message).map_err(|_| ServeError::Gone)
    }

    fn answer(&self, request: Request) -> Response {
        let workspace = &self.workspace;
        let at = |place: &TextDocumentPositionParams| (place.text_document.uri.clone(), place.position);
        match request.method.as_str() {
            HoverRequest::METHOD => answered::<HoverRequest>(request, |params| {
                let (uri, position) = at(&params.text_document_position_params);
                Ok(hover::hover(workspace, &uri, position))
            }),
            Completion::METHOD => answered::<Completion>(request, |params| {
                let (uri, position) = at(&params.text_document_position);
                Ok(Some(complete::complete(workspace, &uri, position, self.with_snippets).into()))
            }),
            GotoDefinition::METHOD => answered::<GotoDefinition>(request, |params| {
                let (uri, position) = at(&params.text_document_position_params);
                Ok(Some(GotoDefinitionResponse::Array(names::definition(workspace, &uri, position))))
            }),
            References::METHOD => answered::<References>(request, |params| {
                let (uri, position) = at(&params.text_document_position);
                Ok(Some(names::references(workspace, &uri, position, params.context.include_declaration)))
            }),
            DocumentHighlightRequest::METHOD => answered::<DocumentHighlightRequest>(request, |params| {
                let (uri, position) = at(&params.text_document_position_params);
                let here = names::references(workspace, &uri, position, true).into_iter();
                let here = here.filter(|place| place.uri == uri);
                Ok(Some(here.map(|place| DocumentHighlight { range: place.range, kind: None }).collect()))
            }),
            DocumentSymbolRequest::METHOD => answered::<DocumentSymbolRequest>(request, |params| {
                let document = workspace.document(&params.text_document.uri);
                Ok(document.map(|document| DocumentSymbolResponse::Nested(symbols::symbols(document))))
            }),
            Formatting::METHOD => answered::<Formatting>(request, |params| {
                workspace.document(&params.text_document.uri).map(layout::format).transpose()
            }),
            CodeActionRequest::METHOD => answered::<CodeActionRequest>(request, |params| {
                let document = workspace.document(&params.text_document.uri);
                Ok(document.map(|document| fix::fixes(document, params)))
            }),
            other => {
                let message = format!("`{other}` is not offered");
                Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message)
            }
        }
    }

    /// Takes in what has changed. What cannot be read is passed over: the editor is told by the next findings.
    fn note(&mut self, notification: Notification) {
        let params = notification.params;
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(params) = read::<DidOpenTextDocument>(params) else { return };
                let document = params.text_document;
                self.workspace.open(&document.uri, document.text, document.version);
                self.touch(&document.uri);
            }
            DidChangeTextDocument::METHOD => {
                let Some(params) = read::<DidChangeTextDocument>(params) else { return };
                let document = params.text_document;
                self.workspace.change(&document.uri, document.version, params.content_changes);
                self.touch(&document.uri);
            }
            DidCloseTextDocument::METHOD => {
                let Some(params) = read::<DidCloseTextDocument>(params) else { return };
                self.workspace.close(&params.text_document.uri);
                self.touch(&params.text_document.uri);
            }
            // A file that is not open may be one that a program reads: numbers, calendars, functions.
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => {
                self.changed.extend(self.workspace.folders());
            }
            _ => {}
        }
    }

    fn touch(&mut self, uri: &Uri) {
        let path = super::workspace::path_of(uri.as_str());
        self.changed.extend(path.and_then(|path| super::workspace::folder_of(&path)));
    }

    /// Compiles the programs that have changed and tells their findings; those of a program that no open document
    /// belongs to any longer are taken back.
    fn publish(&mut self) -> Result<(), ServeError> {
        let open = self.workspace.folders();
        for folder in std::mem::take(&mut self.changed) {
            let findings = match open.contains(&folder) {
                true => publish::findings(&folder, &self.workspace),
                false => Vec::new(),
            };
            let now = findings.iter().map(|file| file.uri.as_str().to_owned()).collect();
            let before = self.published.insert(folder, now).unwrap_or_default();
            let told: BTreeSet<&str> = findings.iter().map(|file| file.uri.as_str()).collect();
            let gone = before.iter().filter(|uri| !told.contains(uri.as_str()));
            for uri in gone.filter_map(|uri| Uri::from_str(uri).ok()) {
                self.tell(&PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None })?;
            }
            findings.iter().try_for_each(|file| self.tell(file))?;
        }
        self.published.retain(|_, files| !files.is_empty());
        let known = self.published.values().flatten().cloned().collect();
        publish::strays(&known, &self.workspace).iter().try_for_each(|file| self.tell(file))
    }

    fn tell(&self, file: &PublishDiagnosticsParams) -> Result<(), ServeError> {
        let notification = Notification::new(PublishDiagnostics::METHOD.to_owned(), file);
        self.send(Message::Notification(notification))
    }
}

fn read<N: lsp_types::notification::Notification>(params: Value) -> Option<N::Params>
where
    N::Params: DeserializeOwned,
{
    serde_json::from_value(params).ok()
}

/// Reads a request's parameters and answers it.
fn answered<R: lsp_types::request::Request>(
    request: Request,
    answer: impl FnOnce(R::Params) -> Result<R::Result, String>,
) -> Response
where
    R::Params: DeserializeOwned,
    R::Result: Serialize,
{
    let Request { id, method, params, .. } = request;
    match serde_json::from_value(params) {
        Err(error) => {
            let message = format!("the parameters of `{method}` cannot be read: {error}");
            Response::new_err(id, ErrorCode::InvalidParams as i32, message)
        }
        Ok(params) => match answer(params) {
            Ok(result) => Response::new_ok(id, result),
            Err(message) => Response::new_err(id, ErrorCode::RequestFailed as i32, message),
        },
    }
}
