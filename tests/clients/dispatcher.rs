//! Two nodes behind Kamailio's dispatcher: calls are shared out, and go to the other when one is not there.

use super::*;
use crate::harness::{image, sipp};
use callwright::source::MemoryFiles;
use callwright::store::Page;

const SHORT: &str = r#"
program short { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; wait 20s; outcome resolved; hangup }
"#;

/// What a dispatcher needs: it asks by OPTIONS who is there, takes calls in turn, and tries the other on 503 or silence.
fn configuration(port: u16, list: &Path) -> String {
    let modules = ["tm", "sl", "rr", "pv", "maxfwd", "siputils", "textops", "dispatcher"];
    let modules: String = modules.iter().map(|name| format!("loadmodule \"{name}.so\"\n")).collect();
    format!(
        r#"debug=1
log_stderror=yes
children=1
disable_tcp=yes
listen=udp:127.0.0.1:{port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/aarch64-linux-gnu/kamailio/modules/"
{modules}
modparam("dispatcher", "list_file", "{list}")
modparam("dispatcher", "flags", 2)
modparam("dispatcher", "ds_ping_interval", 1)
modparam("dispatcher", "ds_ping_method", "OPTIONS")
modparam("tm", "fr_timer", 1000)

request_route {{
    if (!mf_process_maxfwd_header("70")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (has_totag()) {{
        if (loose_route() || t_check_trans()) {{ t_relay(); exit; }}
        if (!is_method("ACK")) {{ sl_send_reply("481", "Nobody knows that call"); }}
        exit;
    }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
    if (!is_method("INVITE")) {{ sl_send_reply("405", "Only calls"); exit; }}
    record_route();
    if (!ds_select_dst("1", "4")) {{ sl_send_reply("503", "Nobody is there"); exit; }}
    t_on_failure("NEXT");
    t_relay();
}}

failure_route[NEXT] {{
    if (t_is_canceled() || !(t_check_status("503") || t_branch_timeout())) {{ exit; }}
    if (ds_next_dst()) {{ t_on_failure("NEXT"); t_relay(); exit; }}
}}
"#,
        list = list.display()
    )
}

async fn kamailio(nodes: &[SocketAddr]) -> (SocketAddr, Client) {
    let folder = Folder::new("kamailio");
    let port = free_port();
    let (list, file) = (folder.path().join("nodes"), folder.path().join("kamailio.cfg"));
    let nodes: String = nodes.iter().map(|node| format!("1 sip:{node}\n")).collect();
    std::fs::write(&list, nodes).expect("written");
    std::fs::write(&file, configuration(port, &list)).expect("written");
    let path = folder.path().display().to_string();
    let pid = folder.path().join("pid").display().to_string();
    let args = ["-DD", "-E", "-m", "16", "-f", file.to_str().expect("a path"), "-Y", &path, "-P", &pid];
    let program = ["/usr/sbin/kamailio", "kamailio"].into_iter().find(|at| Path::new(at).exists());
    let client = Client::start(folder, program.unwrap_or("kamailio"), &args);
    let address = SocketAddr::new(LOOPBACK, port);
    for _ in 0..100 {
        if tokio::task::spawn_blocking(move || answers(address)).await.expect("asked") {
            return (address, client);
        }
    }
    panic!("it does not start:\n{}", client.said());
}

/// Whether anything comes back from there within 100 ms.
fn answers(address: SocketAddr) -> bool {
    let socket = std::net::UdpSocket::bind((LOOPBACK, 0)).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_millis(100))).expect("set");
    let from = socket.local_addr().expect("its address");
    let request = format!(
        "OPTIONS sip:{address} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK{0}\r\nMax-Forwards: 70\r\n\
         From: <sip:probe@{from}>;tag=1\r\nTo: <sip:{address}>\r\nCall-ID: {0}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
        from.port()
    );
    let sent = socket.send_to(request.as_bytes(), address);
    let answered = sent.is_ok() && socket.recv(&mut [0; 2048]).is_ok();
    if !answered {
        std::thread::sleep(Duration::from_millis(20));
    }
    answered
}

async fn calls(target: SocketAddr, number: &'static str) {
    call(target, &["-s", "1000", "-d", "500", "-m", number, "-r", "10", "-l", "4"]).await;
}

async fn call(target: SocketAddr, more: &[&'static str]) {
    let more = more.to_vec();
    let outcome = tokio::task::spawn_blocking(move || sipp("call.xml", target, &more));
    outcome.await.expect("sipp ran").unwrap_or_else(|report| panic!("{report}"));
}

#[test]
fn two_nodes_behind_a_dispatcher_share_the_calls_and_one_takes_them_all_when_the_other_leaves() {
    with_runtime(async {
        let program = image(&MemoryFiles::script(SHORT));
        let first = Server::of(program.clone(), NOWHERE).await;
        let second = Server::of(program, NOWHERE).await;
        let (proxy, kamailio) = kamailio(&[first.address(), second.address()]).await;
        calls(proxy, "10").await;
        let shares = [first.contacts().await.len(), second.contacts().await.len()];
        assert_eq!(shares, [5, 5], "{}", kamailio.said());
        // One is emptied for maintenance: it keeps its call, answers 503 to new ones, and no caller hears of it.
        let (ours, at) = (first.store.clone(), first.address());
        let lasting = tokio::spawn(async move { call(at, &["-s", "1000", "-d", "6000"]).await });
        tokio::time::sleep(Duration::from_millis(500)).await;
        let emptied = tokio::spawn(first.service.drain(Duration::from_secs(15)));
        calls(proxy, "6").await;
        assert_eq!(second.contacts().await.len(), 11, "{}", kamailio.said());
        lasting.await.expect("it ends as the caller wants");
        assert!(emptied.await.expect("drained"), "the call has ended before the patience");
        assert_eq!(ours.interactions(None, &Page::first(100)).expect("a list").items.len(), 6);
        // It is gone altogether: its silence is found out, too.
        calls(proxy, "4").await;
        assert_eq!(second.contacts().await.len(), 15, "{}", kamailio.said());
    });
}
