//! What each rule of the grammar is called when a person is told what was expected.

use super::Rule;

/// Makes the two tables; a rule that is in none of the lists does not compile.
macro_rules! names {
    (words { $($word:literal $fixed:ident)+ } things { $($name:literal: $($rule:ident)+;)+ } nobody { $($silent:ident)+ }) => {
        /// Whether this is a fixed word or sign, which says nothing beyond the rule that has it.
        pub(super) fn is_keyword(rule: Rule) -> bool {
            matches!(rule, $(Rule::$fixed)|+)
        }

        /// What a person calls it; `None` for rules that nobody is told of.
        pub(super) fn human_name(rule: Rule) -> Option<&'static str> {
            match rule {
                $(Rule::$fixed => Some(concat!("`", $word, "`")),)+
                $($(Rule::$rule)|+ => Some($name),)+
                $(Rule::$silent)|+ => None,
            }
        }
    };
}

names! {
    words {
        "->" k_arrow ":" k_colon "." k_dot "=" k_equals "about" k_about "after" k_after "again" k_again
        "check" k_check "each" k_each "format" k_format "keys" k_keys "no" k_no "one" k_one
        "pattern" k_pattern "read" k_read "speech" k_speech "words" k_words "yes" k_yes
        "allow" k_allow "answer" k_answer "area" k_area "as" k_as "ask" k_ask "at" k_at "attempts" k_attempts
        "authenticate" k_authenticate "back" k_back "backend" k_backend "between_keys" k_between_keys
        "calendar" k_calendar "caller" k_caller "case" k_case "closed" k_closed "country" k_country
        "crm" k_crm "customer" k_customer "default" k_default "do" k_do "else" k_else "falls" k_falls
        "find" k_find "first_key" k_first_key "flow" k_flow "from" k_from "function" k_function
        "goto" k_goto "hangup" k_hangup "hours" k_hours "identify" k_identify "if" k_if "import" k_import
        "in" k_in "is" k_is "languages" k_languages "let" k_let "lock" k_lock "menu" k_menu "most" k_most
        "note" k_note "numbers" k_numbers "object" k_object "of" k_of "on" k_on "otherwise" k_otherwise
        "outcome" k_outcome "outcomes" k_outcomes "play" k_play "program" k_program "prompt" k_prompt
        "reject" k_reject "repeat" k_repeat "retries" k_retries "return" k_return "ring" k_ring
        "route" k_route "say" k_say "segment" k_segment "set" k_set "speak" k_speak "statuses" k_statuses
        "then" k_then "to" k_to "topic" k_topic "topics" k_topics "transfer" k_transfer "until" k_until
        "wait" k_wait "waiting" k_waiting "while" k_while "with" k_with "within" k_within
        "break" k_break "by" k_by "choose" k_choose "continue" k_continue
        "count" k_count "differs" k_differs "keep" k_keep "luhn" k_luhn
        "match" k_match "no_repeats" k_no_repeats "no_runs" k_no_runs "per" k_per
        "say_code" k_say_code "tell" k_tell "update" k_update "zone" k_zone
        "accept" k_accept "afterwards" k_afterwards "attach" k_attach "beep" k_beep "call" k_call
        "callback" k_callback "callbacks" k_callbacks "caller_id" k_caller_id "change" k_change "conference" k_conference "detect" k_detect "digits" k_digits
        "early" k_early "email" k_email "every" k_every "for" k_for "hand" k_hand "machine" k_machine
        "max" k_max "media" k_media "members" k_members "min" k_min "music" k_music "next" k_next
        "over" k_over "override" k_override "pause" k_pause "priority" k_priority "queue" k_queue
        "record" k_record "recording" k_recording "redirect" k_redirect "review" k_review "send" k_send
        "silence" k_silence "sms" k_sms "stop" k_stop "strategy" k_strategy "subject" k_subject
        "text" k_text "timeout" k_timeout "tone" k_tone "transcribe" k_transcribe "whisper" k_whisper
        "muted" k_muted "wait for moderator" k_wait_for_moderator "ends with moderator" k_ends_with_moderator
        "always" k_always "easter" k_easter "last" k_last "monday" k_monday "observed" k_observed "open" k_open "season" k_season
        "shifts" k_shifts "weekday" k_weekday
        "before" k_before "ends" k_ends "human" k_human "and" k_joint "never" k_never
        "outside" k_outside "promise" k_promise "reaches" k_reaches "verified" k_verified "when" k_when
        "announce" k_announce "counts once" k_counts_once "unaccepted" k_unaccepted "wrap_up" k_wrap_up
    }
    things {
        "`import`": import_item;
        "`program`": program_item;
        "`languages`": languages;
        "`country`": country;
        "`allow`": allow;
        "an area code like `256`": area_code;
        "a language": falls_back;
        "`default`": default_block;
        "`crm`": crm_item;
        "`customer`": crm_customer;
        "`object`": crm_object;
        "`segment`": segment_line;
        "`topics`": topics;
        "`outcomes`": outcomes;
        "fields in braces": fields;
        "parameters in brackets": params;
        "a field like `name: text`": field;
        "`sensitive`": sensitive;
        "a type": type_name;
        "`list of`": list_of;
        "`verified`": verified;
        "`?`": optional;
        "`backend`": backend_item;
        "`get` or `post`": operation method request;
        "`statuses`": statuses;
        "`numbers`": numbers_item;
        "`{ … }`": numbers_block calendar_block route_block block body;
        "`crm segment`": crm_segment;
        "a phone number": pattern;
        "`...`": prefix_mark;
        "`..`": range_mark;
        "a short number": short_code;
        "a pattern of numbers like `+1 NXX 976-XXXX`": class_number class_part class_sign;
        "`hours`": hours_item;
        "`in any zone`": any_zone;
        "`in` and a time zone": zone;
        "`closed on`": closed_on;
        "`open on`": open_on;
        "`always`": always;
        "`open`": always_open;
        "`season`": season shift_season;
        "`shifts`": shifts_item;
        "`otherwise`": shift_rest;
        "the name of a shift": shift_on shift_line shift_week;
        "a date like `2026-12-31`": date_range date;
        "days like `mon-fri`": hours_line week_line days day_range;
        "a day like `jan 1`, `4th thu of nov` or `easter - 2`": day_rule year_range year_day nth_day last_day easter_day nth orthodox month;
        "`observed`": observed;
        "`+` or `-` and a number of days": plus_days plus_sign;
        "the name of the day in double quotes": day_name;
        "`closed`": closed;
        "hours like `09:00-18:00`": spans span;
        "`calendar`": calendar_item;
        "a day": calendar_day;
        "`prompt`": prompt_item;
        "a language and its text": translation;
        "`route`": route_item;
        "a channel": route_rule channels;
        "`to`": targets;
        "a condition": case_rule;
        "`otherwise`": otherwise;
        "`flow`": flow_item;
        "`->` and a type": returns;
        "`function`": function_item;
        "`promise`": promise_item;
        "`always` or `never`, with a condition before it or without": promise_line promise_if;
        "`always`": must;
        "`never`": must_not;
        "`human`": goal_human;
        "`transfer`": goal_transfer;
        "`queue`": goal_queue;
        "`ends`": goal_ends;
        "`reaches` and a flow": goal_reaches;
        "`outcome` and a word": goal_outcome;
        "`within` and a length of time": in_time;
        "`and` and a number of keys": in_keys;
        "`outside` and hours": outside;
        "`while` and a condition": meanwhile;
        "`before verified`": unverified;
        "`answer`": answer;
        "`say`": say say_setting item_speech;
        "`whole`": whole;
        "the name of a prompt": speech utterance;
        "arguments in brackets": args;
        "`play`": play;
        "`wait`": wait;
        "`ask`": ask;
        "`secret`": secret;
        "`digits`": entry_type;
        "`one of`": list_entry;
        "a currency": currency;
        "`format`": format;
        "`yes`": yes_key;
        "`no`": no_key;
        "`at most`": item_limit;
        "`check`": check_setting check_word;
        "`pattern`": pattern_setting;
        "`read back`": read_back;
        "`speech`": speech_setting;
        "`words`": word_choice words;
        "`each`": each_choice;
        "`keys`": global_keys;
        "`until`": until;
        "`menu`": menu;
        "`identify`": identify;
        "`find`": find;
        "`authenticate`": authenticate;
        "a name": part_of opened ident;
        "`case`": case_entry;
        "`topic`": topic;
        "`of`": case_of;
        "`about`": about;
        "`outcome`": outcome;
        "`note`": note;
        "`transfer`": transfer;
        "`tone`": tone_item;
        "a part of a tone like `425Hz 1s` or `pause 4s`": tone_part;
        "frequencies like `425Hz` or `350+440Hz`": hertz;
        "`in order` or `all at once`": hunt_order;
        "`for` or `until hung up`": play_extent;
        "`until hung up`": until_hung_up;
        "`early media`": early_media;
        "`redirect to`": redirect;
        "`hand over to`": hand_over;
        "`send digits`": send_digits;
        "`call`": call_out;
        "`conference`": conference;
        "`as moderator` or `as participant`": room_role room_roles;
        "`if`": room_if;
        "`at most`": room_size;
        "`wait for moderator`": room_waits;
        "`muted`": room_muted;
        "`ends with moderator`": room_ends;
        "`record`": room_record;
        "`music`": room_music;
        "`announce`": room_announce;
        "`detect machine`": detect;
        "`record call`": record_call;
        "`stop recording`": stop_recording;
        "`whisper say`": whisper;
        "`accept`": accept;
        "`any`": any_key;
        "`next say`": next_say;
        "`unaccepted say`": unaccepted;
        "`caller_id`": caller_id;
        "`if`": if_else;
        "`let`": let_value;
        "`set`": set_value;
        "`do`": do_call;
        "`goto`": goto;
        "`return`": return_value;
        "`again`": again reask;
        "`listen`": listen;
        "`repeat`": repeat;
        "`speak`": speak;
        "`hangup`": hangup;
        "`reject`": reject;
        "`->`": arrow;
        "the name of a flow": flow_call;
        "a key": choice keys entry key key_line;
        "`as`": as_name;
        "`while waiting`": waiting;
        "`first_key`": first_key;
        "`between_keys`": between_keys;
        "`ring`": ring ring_out;
        "`within`": within;
        "`retries`": retries;
        "`shared`": shared;
        "`attempts`": attempts;
        "`lock`": lock;
        "an exit": arm exit;
        "`queue`": queue_item queue_up;
        "`strategy`": strategy;
        "`music`": music;
        "`members`": members;
        "a number, an extension or a name": member;
        "`hours`": queue_hours;
        "`at most`": waiting_most;
        "`wrap_up`": wrap_up;
        "`timeout`": timeout_setting;
        "`priority`": priority;
        "`record`": record;
        "`callback`": callback;
        "`callbacks ->`": queue_calls_back;
        "a number": callee;
        "`keeping place`": keeping_place;
        "`in` and a queue": callback_queue;
        "`in` and a language": in_language;
        "`at`": at_time timer_at;
        "`send sms`": send_sms;
        "`send email`": send_email;
        "`say`": said;
        "`text`": own_text;
        "`subject`": subject;
        "`attach`": attach;
        "`after call`": after_call;
        "`afterwards`": afterwards;
        "`in`": timer_in;
        "`transcribe`": transcribe;
        "`override`": override_hours;
        "`open`, `closed` or `off`": override_word;
        "`until next change`": next_change;
        "`for`": override_for;
        "`until`": override_until until_key;
        "`play`": hold_play;
        "`every`": every;
        "`beep`": beep;
        "`max`": max_length;
        "`min`": min_length;
        "`silence`": silence_length;
        "`review`": review;
        "a key": review_choice;
        "`listen`, `keep` or `again`": review_word;
        "an expression": expr wide paren choose from_test name_or_call;
        "`or`": or_op;
        "`and`": and_op;
        "`not`": not_op;
        "`=`": eq_op;
        "`!=`": ne_op;
        "`<=`": le_op;
        "`>=`": ge_op;
        "`<`": lt_op;
        "`>`": gt_op;
        "`+`": add_op;
        "`-`": sub_op;
        "`*`": mul_op;
        "`/`": div_op;
        "`.`": field_of turn_in;
        "`is`": is_test open_in;
        "`in`": in_set;
        "`yes` or `no`": truth;
        "`caller`": caller;
        "`called`": called;
        "a set of numbers": from_item;
        "a time like `09:00`": clock;
        "an amount like `12.50 RUB`": money;
        "a length of time like `30s`": duration;
        "a number": number decimal;
        "a whole number": count;
        "a phone number like `+7 843 203-57-37`": phone;
        "a text in double quotes": string chars;
        "a word": word;
        "`record`": record_item;
        "`keep`": keep_item;
        "`=`": kept_at_first;
        "`caller`, `customer` or `program`": keeper;
        "`for`": kept_for for_each;
        "`until`": next_clock;
        "`zone`": program_zone;
        "`at most`": at_most;
        "`break`": break_loop;
        "`continue`": continue_loop;
        "`match`": match_value;
        "`{ … }`": match_block;
        "`otherwise`": match_rest otherwise_op;
        "a value": match_case match_range match_name;
        "`none`": missing;
        "`:` and a type": let_type;
        "`choose`": draw;
        "a weight": draw_case;
        "`count`": count_kept;
        "`update`": update;
        "`tell`": tell;
        "the field that is compared": challenge_of;
        "`to`": code_to;
        "`say_code`": say_code;
        "`counts once`": counts_once;
        "`check`": secret_check;
        "`no_repeats`, `no_runs`, `words`, `luhn` or `differs from`": secret_test;
        "`contains`": contains_op;
        "`starts with`": starts_op;
        "`[`": index_of list_literal;
        "a set of numbers or a list": in_what;
        "a text in double quotes": filled_text text_words inner_text inner_words;
        "a value in `{ }`": text_value;
        "the end of the line": EOI;
    }
    nobody {
        number_form target open_word turn_word
        WHITESPACE COMMENT nl sep gap comma file item_only statement_only body_only program_only crm_only
        backend_only numbers_only hours_only season_only shifts_only calendar_only prompt_only route_only case_only expr_only
        bad_item bad_statement bad_body bad_program bad_crm bad_backend bad_numbers bad_hours bad_season bad_shifts bad_calendar
        bad_prompt bad_route bad_case bad_promise promise_only goal bound junk junk_block junk_string item item_end good_item good_program_line
        good_crm_line good_backend_line good_hours_line good_shift_line line_days good_calendar_line good_route_line good_case_line
        statement statement_end good_statement branch good_body_item operand joint infix primary id_char reserved
        setting_word asking_word yes_no_keys keys_only good_key_line bad_keys
        good_match_line match_literal bad_match match_only bad_draw draw_only
        queue_only bad_queue good_queue_line queue_option content override_end
    }
}
