//! Connectors: foreign CRMs, asked and told as a description in YAML says. Requests are made and replies are read here;
//! nothing here sends anything.
//!
//! | file | job |
//! |---|---|
//! | `description`, `reader`, `tree`, `mistake` | the description, read and checked whole |
//! | `template`, `filter`, `facts`, `body` | what is put where, caller data as data alone |
//! | `call`, `encode`, `multipart` | a request of a description and facts |
//! | `reply`, `pointer`, `lookup`, `customer`, `typed` | what a reply means |
//! | `breaker`, `courier`, `budget`, `token` | machines: when to leave it alone, how much at once, how often, whose we are |
//! | `telling`, `delivery` | a contact and its cases on their way into a foreign CRM |
//! | `webhook` | signed messages of what happened |
//! | `shipped` | the descriptions that come with the program |

mod body;
mod breaker;
mod budget;
mod call;
mod courier;
mod customer;
mod delivery;
mod description;
mod encode;
mod facts;
mod filter;
mod lookup;
mod mistake;
mod multipart;
mod pointer;
mod reader;
mod reply;
mod shipped;
mod telling;
mod template;
mod token;
mod tree;
mod typed;
mod webhook;

pub use body::Body;
pub use breaker::{Breaker, BreakerPolicy, Event as BreakerEvent, State as BreakerState};
pub use budget::{Budget, Purpose, Rate};
pub use call::{Call, Common, FillError, Method, Payload, Request};
pub use courier::Courier;
pub use customer::CustomerPlaces;
pub use delivery::{Delivery, Input, Output, Recorded, names};
pub use description::{Auth, Description, Finder, Setting, Write};
pub use facts::{Facts, Scope};
pub use lookup::{Lookup, Pages, Question, Same, Search, Step};
pub use mistake::{DescriptionError, Mistake, Place};
pub use pointer::Pointer;
pub use reply::{Errors, Failure, FailureKind, Reply, next_link, retry_after};
pub use shipped::{read_shipped, shipped, shipped_text};
pub use telling::{case_facts, contact_facts};
pub use template::Template;
pub use token::{Credential, Token};
pub use typed::Typed;
pub use webhook::{Signed, WebhookEvent, sign};
