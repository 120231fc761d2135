//! What each rule of the grammar is called when a person is told what was expected.

use super::Rule;

/// Whether this is a fixed word, which says nothing beyond the rule that has it.
pub(super) fn is_keyword(rule: Rule) -> bool {
    keyword(rule).is_some()
}

/// What a person calls it; `None` for rules that nobody is told of.
pub(super) fn human_name(rule: Rule) -> Option<String> {
    if let Some(word) = keyword(rule) {
        return Some(format!("`{word}`"));
    }
    match rule {
        Rule::import_item => Some("`import`".to_owned()),
        Rule::program_item => Some("`program`".to_owned()),
        Rule::languages => Some("`languages`".to_owned()),
        Rule::country => Some("`country`".to_owned()),
        Rule::falls_back => Some("a language".to_owned()),
        Rule::default_block => Some("`default`".to_owned()),
        Rule::crm_item => Some("`crm`".to_owned()),
        Rule::crm_customer => Some("`customer`".to_owned()),
        Rule::crm_object => Some("`object`".to_owned()),
        Rule::topics => Some("`topics`".to_owned()),
        Rule::outcomes => Some("`outcomes`".to_owned()),
        Rule::fields => Some("fields in braces".to_owned()),
        Rule::params => Some("parameters in brackets".to_owned()),
        Rule::field => Some("a field like `name: text`".to_owned()),
        Rule::type_name => Some("a type".to_owned()),
        Rule::list_of => Some("`list of`".to_owned()),
        Rule::verified => Some("`verified`".to_owned()),
        Rule::optional => Some("`?`".to_owned()),
        Rule::backend_item => Some("`backend`".to_owned()),
        Rule::operation | Rule::method | Rule::request => Some("`get` or `post`".to_owned()),
        Rule::statuses => Some("`statuses`".to_owned()),
        Rule::numbers_item => Some("`numbers`".to_owned()),
        Rule::numbers_block | Rule::calendar_block | Rule::route_block | Rule::block | Rule::body => {
            Some("`{ … }`".to_owned())
        }
        Rule::crm_segment => Some("`crm segment`".to_owned()),
        Rule::pattern => Some("a phone number".to_owned()),
        Rule::prefix_mark => Some("`...`".to_owned()),
        Rule::short_code => Some("a short number".to_owned()),
        Rule::hours_item => Some("`hours`".to_owned()),
        Rule::zone => Some("`in` and a time zone".to_owned()),
        Rule::closed_on => Some("`closed on`".to_owned()),
        Rule::dated | Rule::date => Some("a date like `2026-12-31`".to_owned()),
        Rule::weekly | Rule::days | Rule::day_range => Some("days like `mon-fri`".to_owned()),
        Rule::closed => Some("`closed`".to_owned()),
        Rule::spans | Rule::span => Some("hours like `09:00-18:00`".to_owned()),
        Rule::calendar_item => Some("`calendar`".to_owned()),
        Rule::yearly => Some("a day like `jan 1`".to_owned()),
        Rule::prompt_item => Some("`prompt`".to_owned()),
        Rule::translation => Some("a language and its text".to_owned()),
        Rule::route_item => Some("`route`".to_owned()),
        Rule::route_rule | Rule::channels => Some("a channel".to_owned()),
        Rule::targets => Some("`to`".to_owned()),
        Rule::case_rule => Some("a condition".to_owned()),
        Rule::otherwise => Some("`otherwise`".to_owned()),
        Rule::flow_item => Some("`flow`".to_owned()),
        Rule::returns => Some("`->` and a type".to_owned()),
        Rule::function_item => Some("`function`".to_owned()),
        Rule::answer => Some("`answer`".to_owned()),
        Rule::say | Rule::say_setting => Some("`say`".to_owned()),
        Rule::whole => Some("`whole`".to_owned()),
        Rule::speech | Rule::utterance => Some("the name of a prompt".to_owned()),
        Rule::args => Some("arguments in brackets".to_owned()),
        Rule::play => Some("`play`".to_owned()),
        Rule::wait => Some("`wait`".to_owned()),
        Rule::ask => Some("`ask`".to_owned()),
        Rule::secret => Some("`secret`".to_owned()),
        Rule::entry_type => Some("`digits`".to_owned()),
        Rule::until => Some("`until`".to_owned()),
        Rule::menu => Some("`menu`".to_owned()),
        Rule::identify => Some("`identify`".to_owned()),
        Rule::find => Some("`find`".to_owned()),
        Rule::authenticate => Some("`authenticate`".to_owned()),
        Rule::part_of | Rule::opened | Rule::ident => Some("a name".to_owned()),
        Rule::case_entry => Some("`case`".to_owned()),
        Rule::topic => Some("`topic`".to_owned()),
        Rule::case_of => Some("`of`".to_owned()),
        Rule::about => Some("`about`".to_owned()),
        Rule::outcome => Some("`outcome`".to_owned()),
        Rule::note => Some("`note`".to_owned()),
        Rule::transfer => Some("`transfer`".to_owned()),
        Rule::if_else => Some("`if`".to_owned()),
        Rule::let_value => Some("`let`".to_owned()),
        Rule::set_value => Some("`set`".to_owned()),
        Rule::do_call => Some("`do`".to_owned()),
        Rule::goto => Some("`goto`".to_owned()),
        Rule::return_value => Some("`return`".to_owned()),
        Rule::again => Some("`again`".to_owned()),
        Rule::repeat => Some("`repeat`".to_owned()),
        Rule::speak => Some("`speak`".to_owned()),
        Rule::hangup => Some("`hangup`".to_owned()),
        Rule::reject => Some("`reject`".to_owned()),
        Rule::arrow => Some("`->`".to_owned()),
        Rule::flow_call => Some("the name of a flow".to_owned()),
        Rule::choice | Rule::keys | Rule::entry | Rule::key => Some("a key".to_owned()),
        Rule::as_name => Some("`as`".to_owned()),
        Rule::waiting => Some("`while waiting`".to_owned()),
        Rule::first_key => Some("`first_key`".to_owned()),
        Rule::between_keys => Some("`between_keys`".to_owned()),
        Rule::ring => Some("`ring`".to_owned()),
        Rule::within => Some("`within`".to_owned()),
        Rule::retries => Some("`retries`".to_owned()),
        Rule::shared => Some("`shared`".to_owned()),
        Rule::attempts => Some("`attempts`".to_owned()),
        Rule::lock => Some("`lock`".to_owned()),
        Rule::arm | Rule::exit => Some("an exit".to_owned()),
        Rule::expr | Rule::paren | Rule::choose | Rule::from_test | Rule::name_or_call => {
            Some("an expression".to_owned())
        }
        Rule::or_op => Some("`or`".to_owned()),
        Rule::and_op => Some("`and`".to_owned()),
        Rule::not_op => Some("`not`".to_owned()),
        Rule::eq_op => Some("`=`".to_owned()),
        Rule::ne_op => Some("`!=`".to_owned()),
        Rule::le_op => Some("`<=`".to_owned()),
        Rule::ge_op => Some("`>=`".to_owned()),
        Rule::lt_op => Some("`<`".to_owned()),
        Rule::gt_op => Some("`>`".to_owned()),
        Rule::add_op => Some("`+`".to_owned()),
        Rule::sub_op => Some("`-`".to_owned()),
        Rule::mul_op => Some("`*`".to_owned()),
        Rule::div_op => Some("`/`".to_owned()),
        Rule::field_of => Some("`.`".to_owned()),
        Rule::is_test => Some("`is`".to_owned()),
        Rule::in_set => Some("`in`".to_owned()),
        Rule::truth => Some("`yes` or `no`".to_owned()),
        Rule::caller => Some("`caller`".to_owned()),
        Rule::called => Some("`called`".to_owned()),
        Rule::from_item => Some("a set of numbers".to_owned()),
        Rule::clock => Some("a time like `09:00`".to_owned()),
        Rule::money => Some("an amount like `12.50 RUB`".to_owned()),
        Rule::duration => Some("a length of time like `30s`".to_owned()),
        Rule::number | Rule::decimal => Some("a number".to_owned()),
        Rule::count => Some("a whole number".to_owned()),
        Rule::phone => Some("a phone number like `+7 843 203-57-37`".to_owned()),
        Rule::string | Rule::chars => Some("a text in double quotes".to_owned()),
        Rule::word => Some("a word".to_owned()),
        Rule::EOI => Some("the end of the line".to_owned()),
        Rule::WHITESPACE
        | Rule::COMMENT
        | Rule::nl
        | Rule::sep
        | Rule::gap
        | Rule::comma
        | Rule::file
        | Rule::item_only
        | Rule::statement_only
        | Rule::body_only
        | Rule::program_only
        | Rule::crm_only
        | Rule::backend_only
        | Rule::numbers_only
        | Rule::hours_only
        | Rule::calendar_only
        | Rule::prompt_only
        | Rule::route_only
        | Rule::case_only
        | Rule::expr_only
        | Rule::bad_item
        | Rule::bad_statement
        | Rule::bad_body
        | Rule::bad_program
        | Rule::bad_crm
        | Rule::bad_backend
        | Rule::bad_numbers
        | Rule::bad_hours
        | Rule::bad_calendar
        | Rule::bad_prompt
        | Rule::bad_route
        | Rule::bad_case
        | Rule::junk
        | Rule::junk_block
        | Rule::junk_string
        | Rule::item
        | Rule::item_end
        | Rule::good_item
        | Rule::good_program_line
        | Rule::good_crm_line
        | Rule::good_backend_line
        | Rule::good_hours_line
        | Rule::good_calendar_line
        | Rule::good_route_line
        | Rule::good_case_line
        | Rule::statement
        | Rule::statement_end
        | Rule::good_statement
        | Rule::branch
        | Rule::good_body_item
        | Rule::operand
        | Rule::infix
        | Rule::primary
        | Rule::id_char
        | Rule::reserved
        | Rule::setting_word => None,
        Rule::k_arrow
        | Rule::k_colon
        | Rule::k_dot
        | Rule::k_equals
        | Rule::k_about
        | Rule::k_after
        | Rule::k_again
        | Rule::k_answer
        | Rule::k_as
        | Rule::k_ask
        | Rule::k_at
        | Rule::k_attempts
        | Rule::k_authenticate
        | Rule::k_back
        | Rule::k_backend
        | Rule::k_between_keys
        | Rule::k_calendar
        | Rule::k_caller
        | Rule::k_case
        | Rule::k_closed
        | Rule::k_country
        | Rule::k_crm
        | Rule::k_customer
        | Rule::k_default
        | Rule::k_do
        | Rule::k_else
        | Rule::k_falls
        | Rule::k_find
        | Rule::k_first_key
        | Rule::k_flow
        | Rule::k_from
        | Rule::k_function
        | Rule::k_goto
        | Rule::k_hangup
        | Rule::k_hours
        | Rule::k_identify
        | Rule::k_if
        | Rule::k_import
        | Rule::k_in
        | Rule::k_is
        | Rule::k_languages
        | Rule::k_let
        | Rule::k_lock
        | Rule::k_menu
        | Rule::k_most
        | Rule::k_note
        | Rule::k_numbers
        | Rule::k_object
        | Rule::k_of
        | Rule::k_on
        | Rule::k_otherwise
        | Rule::k_outcome
        | Rule::k_outcomes
        | Rule::k_play
        | Rule::k_program
        | Rule::k_prompt
        | Rule::k_reject
        | Rule::k_repeat
        | Rule::k_retries
        | Rule::k_return
        | Rule::k_ring
        | Rule::k_route
        | Rule::k_say
        | Rule::k_segment
        | Rule::k_set
        | Rule::k_speak
        | Rule::k_statuses
        | Rule::k_then
        | Rule::k_to
        | Rule::k_topic
        | Rule::k_topics
        | Rule::k_transfer
        | Rule::k_until
        | Rule::k_wait
        | Rule::k_waiting
        | Rule::k_while
        | Rule::k_with
        | Rule::k_within => None,
    }
}

/// The fixed word that a rule stands for.
fn keyword(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::k_arrow => "->",
        Rule::k_colon => ":",
        Rule::k_dot => ".",
        Rule::k_equals => "=",
        Rule::k_about => "about",
        Rule::k_after => "after",
        Rule::k_again => "again",
        Rule::k_answer => "answer",
        Rule::k_as => "as",
        Rule::k_ask => "ask",
        Rule::k_at => "at",
        Rule::k_attempts => "attempts",
        Rule::k_authenticate => "authenticate",
        Rule::k_back => "back",
        Rule::k_backend => "backend",
        Rule::k_between_keys => "between_keys",
        Rule::k_calendar => "calendar",
        Rule::k_caller => "caller",
        Rule::k_case => "case",
        Rule::k_closed => "closed",
        Rule::k_country => "country",
        Rule::k_crm => "crm",
        Rule::k_customer => "customer",
        Rule::k_default => "default",
        Rule::k_do => "do",
        Rule::k_else => "else",
        Rule::k_falls => "falls",
        Rule::k_find => "find",
        Rule::k_first_key => "first_key",
        Rule::k_flow => "flow",
        Rule::k_from => "from",
        Rule::k_function => "function",
        Rule::k_goto => "goto",
        Rule::k_hangup => "hangup",
        Rule::k_hours => "hours",
        Rule::k_identify => "identify",
        Rule::k_if => "if",
        Rule::k_import => "import",
        Rule::k_in => "in",
        Rule::k_is => "is",
        Rule::k_languages => "languages",
        Rule::k_let => "let",
        Rule::k_lock => "lock",
        Rule::k_menu => "menu",
        Rule::k_most => "most",
        Rule::k_note => "note",
        Rule::k_numbers => "numbers",
        Rule::k_object => "object",
        Rule::k_of => "of",
        Rule::k_on => "on",
        Rule::k_otherwise => "otherwise",
        Rule::k_outcome => "outcome",
        Rule::k_outcomes => "outcomes",
        Rule::k_play => "play",
        Rule::k_program => "program",
        Rule::k_prompt => "prompt",
        Rule::k_reject => "reject",
        Rule::k_repeat => "repeat",
        Rule::k_retries => "retries",
        Rule::k_return => "return",
        Rule::k_ring => "ring",
        Rule::k_route => "route",
        Rule::k_say => "say",
        Rule::k_segment => "segment",
        Rule::k_set => "set",
        Rule::k_speak => "speak",
        Rule::k_statuses => "statuses",
        Rule::k_then => "then",
        Rule::k_to => "to",
        Rule::k_topic => "topic",
        Rule::k_topics => "topics",
        Rule::k_transfer => "transfer",
        Rule::k_until => "until",
        Rule::k_wait => "wait",
        Rule::k_waiting => "waiting",
        Rule::k_while => "while",
        Rule::k_with => "with",
        Rule::k_within => "within",
        _ => return None,
    })
}
