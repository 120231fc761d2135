//! What is counted while a server runs, for whoever watches it.
//!
//! Nothing here is about a person: labels are names out of the settings and the program, and words of ours. A counter costs
//! an atomic addition or a short lock; none is on the way of a media packet.
//!
//! | file | job |
//! |---|---|
//! | `family` | counters by label |
//! | `histogram` | how often a value was how large |
//! | `page` | all of it as Prometheus reads it |

mod family;
mod histogram;
mod page;

pub use family::Family;
pub use histogram::{Histogram, Histograms};
pub use page::{Kind, Page};

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Seconds until a call is answered, or a question is.
const SECONDS: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Seconds that a call lasts.
const LENGTHS: &[f64] = &[1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0];
/// Mean opinion scores.
const SCORES: &[f64] = &[1.0, 2.0, 2.5, 3.0, 3.5, 3.8, 4.0, 4.2, 4.4];
/// Seconds of jitter.
const JITTERS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/// What the media thread counts, once a sweep. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct MediaCounts {
    /// RTP packets of far ends.
    pub received: Arc<AtomicU64>,
    /// RTP packets that were sent.
    pub sent: Arc<AtomicU64>,
    /// Sweeps that ended after the next one should have begun.
    pub late_sweeps: Arc<AtomicU64>,
}

/// All counters of a server.
#[derive(Debug)]
pub struct Meters {
    /// Contacts that last, by `trunk` and `direction`.
    pub active: Family<2>,
    /// Contacts that are over, by `trunk`, `direction` and who ended them.
    pub ended: Family<3>,
    /// What came of them, by `topic` (empty for the contact as a whole) and `outcome`.
    pub outcomes: Family<2>,
    /// Calls that were not let in, by `reason`.
    pub refused: Family<1>,
    /// From the INVITE to the ACK of our answer.
    pub setup: Histogram,
    /// From the INVITE to the end.
    pub lengths: Histogram,
    /// SIP messages by `way` and `kind`: a method, or a class of responses.
    pub messages: Family<2>,
    /// What the media thread counts.
    pub media: MediaCounts,
    /// Packets by `fate`: lost, late; counted when their leg is over.
    pub missed: Family<1>,
    /// Jitter of legs that are over.
    pub jitter: Histogram,
    /// How good legs sounded that are over.
    pub scores: Histogram,
    /// Questions of calls to the CRM, by `crm`: built_in, foreign.
    pub crm: Histograms<1>,
    /// Questions that the CRM could not answer, by `crm`.
    pub crm_failures: Family<1>,
    /// Questions to backends, by `backend` and `result`.
    pub backends: Histograms<2>,
    /// Free texts that were not in memory, by `result`: made, failed.
    pub texts: Family<1>,
    /// Programs that were offered while it runs, by `result`: taken, refused.
    pub reloads: Family<1>,
}

impl Default for Meters {
    fn default() -> Meters {
        Meters {
            active: Family::new(["trunk", "direction"]),
            ended: Family::new(["trunk", "direction", "ended_by"]),
            outcomes: Family::new(["topic", "outcome"]),
            refused: Family::new(["reason"]),
            setup: Histogram::new(SECONDS),
            lengths: Histogram::new(LENGTHS),
            messages: Family::new(["way", "kind"]),
            media: MediaCounts::default(),
            missed: Family::new(["fate"]),
            jitter: Histogram::new(JITTERS),
            scores: Histogram::new(SCORES),
            crm: Histograms::new(["crm"], SECONDS),
            crm_failures: Family::new(["crm"]),
            backends: Histograms::new(["backend", "result"], SECONDS),
            texts: Family::new(["result"]),
            reloads: Family::new(["result"]),
        }
    }
}

impl Meters {
    /// Writes all of them.
    pub fn write(&self, page: &mut Page) {
        page.family(Kind::Gauge, "calls_active", "Contacts that last.", &self.active);
        page.family(Kind::Counter, "calls_total", "Contacts that are over.", &self.ended);
        page.family(Kind::Counter, "outcomes_total", "What contacts said came of them.", &self.outcomes);
        page.family(Kind::Counter, "calls_refused_total", "Calls that were not let in.", &self.refused);
        page.histogram("call_setup_seconds", "From the INVITE to the ACK of our answer.", &self.setup);
        page.histogram("call_length_seconds", "From the INVITE to the end.", &self.lengths);
        page.family(Kind::Counter, "sip_messages_total", "SIP messages.", &self.messages);
        page.total("rtp_packets_received_total", "RTP packets of far ends.", &self.media.received);
        page.total("rtp_packets_sent_total", "RTP packets that were sent.", &self.media.sent);
        page.family(
            Kind::Counter,
            "rtp_packets_missed_total",
            "RTP packets of legs that are over and never came, or came too late to be heard.",
            &self.missed,
        );
        page.total(
            "media_sweeps_late_total",
            "Sweeps of the media thread that began late.",
            &self.media.late_sweeps,
        );
        page.histogram("leg_jitter_seconds", "Jitter of legs that are over.", &self.jitter);
        page.histogram("leg_mos", "Estimated mean opinion score of legs that are over.", &self.scores);
        page.histograms("crm_seconds", "Questions of calls to the CRM.", &self.crm);
        page.family(
            Kind::Counter,
            "crm_failures_total",
            "Questions that the CRM could not answer.",
            &self.crm_failures,
        );
        page.histograms("backend_seconds", "Questions of calls to backends.", &self.backends);
        page.family(Kind::Counter, "texts_total", "Free texts that were not in memory.", &self.texts);
        page.family(
            Kind::Counter,
            "reloads_total",
            "Programs that were offered while the server runs.",
            &self.reloads,
        );
    }
}
