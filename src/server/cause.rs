//! Why a request over HTTP failed, for the log: the library's own sentence (`error sending request`) hides the cause behind it.

use std::error::Error;

/// Each cause once, the outermost first. The address is left out: it may hold what nobody should read in a log.
pub(super) fn cause(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "it does not answer in time".to_owned();
    }
    let error = error.without_url();
    let mut told = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        told.push(cause.to_string());
        next = cause.source();
    }
    told.dedup();
    told.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    /// What is told of a service that answers this, and is then silent or gone.
    fn told_of(answer: &'static str, goes: bool) -> String {
        let service = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = service.local_addr().expect("an address");
        std::thread::spawn(move || {
            let (mut client, _) = service.accept().expect("a client");
            let _ = client.read(&mut [0; 4096]);
            let _ = client.write_all(answer.as_bytes());
            std::thread::sleep(Duration::from_secs(if goes { 0 } else { 2 }));
        });
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let request = reqwest::Client::new().get(format!("http://{address}/?pin=4711"));
        let failed = runtime.block_on(async { request.timeout(Duration::from_millis(500)).send().await });
        cause(failed.expect_err("it fails"))
    }

    #[test]
    fn a_cause_is_told_and_an_address_is_not() {
        let told = [("", false), ("", true), ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", true)]
            .map(|(answer, goes)| told_of(answer, goes));
        assert_eq!(told[0], "it does not answer in time");
        assert!(told[1].contains("connection closed"), "{}", told[1]);
        assert!(told[2].contains("invalid content-length"), "{}", told[2]);
        assert!(told.iter().all(|told| !told.contains("4711") && !told.contains("127.0.0.1")), "{told:?}");
    }
}
