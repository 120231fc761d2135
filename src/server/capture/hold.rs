//! What was heard waits for ten seconds before it is written: a secret that begins meanwhile takes its RTP away.

use super::pcapng;
use super::{Heard, Packet};
use crate::server::clock::{Clock, sleep_until};
use crate::time::{DurationMs, Millis};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// A key that was pressed ahead of a secret is not older when the secret is asked for, but for callers who know it all by heart.
const HELD: DurationMs = DurationMs::from_secs(10);

/// Writes what is heard until a moment, and then what is held. A contact that is over asks for no secret any more.
pub(super) async fn forward(
    mut heard: mpsc::Receiver<Heard>,
    file: mpsc::Sender<Vec<u8>>,
    clock: Clock,
    until: Millis,
    left_out: Arc<AtomicU64>,
) {
    let mut held: VecDeque<Packet> = VecDeque::new();
    if file.send(pcapng::header()).await.is_err() {
        return;
    }
    loop {
        let now = clock.now();
        if now >= until && held.is_empty() {
            return;
        }
        let due = held.front().map_or(until, |packet| packet.at + HELD);
        tokio::select! {
            biased;
            () = file.closed() => return,
            item = heard.recv() => match item {
                Some(Heard::Packet(packet)) if packet.at < until => held.push_back(packet),
                Some(Heard::Packet(_)) => {}
                Some(Heard::Secret) => {
                    let before = held.len();
                    held.retain(|packet| !packet.is_rtp);
                    left_out.fetch_add((before - held.len()) as u64, Ordering::Relaxed);
                }
                Some(Heard::End) | None => break,
            },
            () = sleep_until(Some(clock.instant(due))) => {
                if !write_first(&mut held, &file, clock.now(), &left_out).await {
                    return;
                }
            }
        }
    }
    while !held.is_empty() {
        if !write(&mut held, &file, &left_out).await {
            return;
        }
    }
}

/// Writes the oldest packet if it has waited; `false` where nobody reads any more.
async fn write_first(
    held: &mut VecDeque<Packet>,
    file: &mpsc::Sender<Vec<u8>>,
    now: Millis,
    left_out: &AtomicU64,
) -> bool {
    match held.front().is_some_and(|packet| packet.at + HELD <= now) {
        true => write(held, file, left_out).await,
        false => true,
    }
}

async fn write(held: &mut VecDeque<Packet>, file: &mpsc::Sender<Vec<u8>>, left_out: &AtomicU64) -> bool {
    let Some(packet) = held.pop_front() else { return true };
    let comment = match left_out.swap(0, Ordering::Relaxed) {
        0 => None,
        count => Some(format!("{count} RTP packets are left out near here: a secret was asked for")),
    };
    let Packet { at_us, from, to, data, .. } = packet;
    file.send(pcapng::packet(at_us, from, to, &data, comment.as_deref())).await.is_ok()
}
