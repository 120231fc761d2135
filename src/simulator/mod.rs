//! The simulator: a scripted caller, a pretend world and virtual time around the same engine that takes real calls.
//!
//! A wait of ten minutes costs nothing here, and the same scenario with the same seed gives the same bytes. The
//! scenario's notation is described for users in `docs/scenarios.md`.
//!
//! | file | job |
//! |---|---|
//! | `tree` | YAML as items with places |
//! | `notation`, `moment`, `value` | keys, lengths of time; moments on the calendar; values by their types |
//! | `reading`, `mistake` | what readers of a scenario share; what is wrong with one |
//! | `crowd` | many contacts at once, and queues with staff |
//! | `faults` | the same scenarios in a world that fails |
//! | `schema` | the same notation as a JSON Schema, for editors |
//! | `given`, `given_cases`, `given_kept`, `step`, `expect`, `scenario` | the parts of a scenario, read and checked against the program |
//! | `world` | the pretend CRM, backends, and whoever is dialled |
//! | `far_end`, `legs`, `queues`, `members`, `offer`, `rooms` | whoever is called, waits with the caller, or is in a room |
//! | `listing`, `expect_prompt` | lists and prompts that are expected, and what differs |
//! | `dealings`, `expect_dealings` | what backends got, went out, was recorded; what is expected of that |
//! | `said` | what the caller has heard, and which of it was cut |
//! | `drive`, `perform` | the driver: virtual clock and journal; what it does for each action |
//! | `caller` | the scripted caller: which step comes when |
//! | `check` | expectations held against a contact that is over |
//! | `contact`, `test` | one contact, and one scenario of contacts, from arrival to verdict |
//! | `transcript` | the readable timeline, of simulated and of real contacts |
//! | `replay` | a journal through the engine again |
//! | `coverage`, `statements` | the nodes and exits that scenarios have reached |
//! | `retell` | a way that the prover has found, as a scenario |
//! | `rerun` | a recorded contact on another program |
//! | `recount`, `sheet` | a recorded contact as a scenario; YAML as scenarios are written |
//! | `rehearse` | a scenario's caller, for whoever plays it step by step |
//! | `noticed`, `compare` | what its caller would have noticed |
//! | `report` | what a test run prints |
//! | `witness` | whether a call that was made up shows what was found |

mod caller;
mod check;
mod compare;
mod contact;
mod coverage;
mod crowd;
mod dealings;
mod drive;
mod expect;
mod expect_dealings;
mod expect_prompt;
mod expect_sound;
mod far_end;
mod faults;
mod given;
mod given_cases;
mod given_kept;
mod legs;
mod listing;
mod members;
mod mistake;
mod moment;
mod notation;
mod noticed;
mod offer;
mod perform;
mod places;
mod queues;
mod reading;
mod recount;
mod rehearse;
mod replay;
mod report;
mod rerun;
mod retell;
mod rooms;
mod said;
mod scenario;
mod schema;
mod sheet;
mod statements;
mod step;
mod tasks;
mod test;
mod transcript;
mod tree;
mod typed;
mod value;
mod waiting;
mod witness;
mod world;

pub use compare::{Change, ChangeKind, Comparison, compare};
pub use contact::{Arrival, ContactRun, Departure, DiffLine, Endless, Mismatch, Side};
pub use coverage::{Coverage, FlowCoverage, Unreached};
pub use crowd::{Crowd, Together};
pub use dealings::{Dealings, Delivery, Posted, Queued, Taped};
pub use drive::{Act, Drive, OpenQuestion};
pub use expect::{Expect, ExpectedCase};
pub use expect_prompt::WantedPrompt;
pub use far_end::FarEnd;
pub use faults::{Broken, Fault, FaultPlan, FaultRun, Source, Trouble, broken, plans, test_with};
pub use given::Given;
pub use mistake::{Mistake, Mistakes};
pub use notation::{keys, length};
pub use recount::{Recounted, Recounting, recount};
pub use rehearse::{go_on, rehearse};
pub use replay::{Difference, Outcome, replay};
pub use report::{Report, report};
pub use rerun::{Assumed, Lack, Rerun, rerun};
pub use retell::{Retold, Teller, Untold, scenario_file};
pub use rooms::{Room, When};
pub use said::{Cut, Said, Saying};
pub use scenario::{Scenario, ScenarioFile, ScriptedContact};
pub use schema::schema;
pub use sheet::Sheet;
pub use step::{Deed, Moment, Step};
pub use test::{TestRun, test};
pub use transcript::Transcript;
pub use typed::{made_up_reply, typed_reply};
pub use value::parse_value;
pub use witness::{is_red, shows};
pub use world::{CrmHealth, Unasked, World};
