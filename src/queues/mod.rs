//! Queues as a deployment has them: whoever waits, whoever takes calls, and who is brought together with whom.
//!
//! [`Floor`] is one pure machine for all queues of a deployment, because the same person may take calls of several. Its
//! driver rings telephones, says who answered and who did not, and connects. A session of the engine knows only its own
//! place; what it is told of it comes from here.
//!
//! ```text
//!   a place:      join ──► waits ──► rings at one or several ──► connected ──► leave
//!                            ▲             │ nobody takes it          (leave is possible everywhere)
//!                            └─────────────┘
//!   an operator:  free ──► rings ──► has answered ──► speaks ──► is left alone ──► free
//!                   ▲        │ missed      │ not taken                ▲
//!                   │        └─────────────┴──────────────────────────┤
//!                   └── kept for a call back that is being made ──────┘
//! ```
//!
//! A conversation that is older than the process begins where its driver says so: the operator speaks.
//!
//! It deliberately knows nothing of telephones, of what is said, and of hours: its driver does.

mod arrange;
mod floor;
mod matching;
mod operator;
mod pace;
mod place;
mod view;

pub use floor::{Floor, Input, Output};
pub use operator::{Miss, OperatorTerms};
pub use place::{Rules, Ticket};
pub use view::{Doing, LineView, OperatorView};
