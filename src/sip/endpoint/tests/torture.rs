//! The messages in `tests/torture/sip`, each against an endpoint of its own; `manifest.tsv` says what it must do.

use super::*;

macro_rules! case {
    ($file:literal) => {
        ($file, include_bytes!(concat!("../../../../tests/torture/sip/", $file)))
    };
}

const MANIFEST: &str = include_str!("../../../../tests/torture/sip/manifest.tsv");

const MESSAGES: &[(&str, &[u8])] = &[
    case!("plain_invite.sip"),
    case!("folded_and_compact.sip"),
    case!("ipv6_everywhere.sip"),
    case!("tel_everywhere.sip"),
    case!("star_code_with_hash.sip"),
    case!("contact_list_with_commas.sip"),
    case!("escaped_structure.sip"),
    case!("old_invite_without_cookie.sip"),
    case!("bare_line_feeds.sip"),
    case!("leading_line_breaks.sip"),
    case!("unknown_scheme_in_contact.sip"),
    case!("zero_hops.sip"),
    case!("two_lengths.sip"),
    case!("length_beyond_datagram.sip"),
    case!("length_with_sign.sip"),
    case!("two_call_ids.sip"),
    case!("space_in_call_id.sip"),
    case!("open_quote.sip"),
    case!("uri_in_brackets.sip"),
    case!("uri_with_space.sip"),
    case!("half_an_escape.sip"),
    case!("method_mismatch.sip"),
    case!("huge_cseq.sip"),
    case!("via_with_empty_parameters.sip"),
    case!("line_without_colon.sip"),
    case!("vertical_tab_before_colon.sip"),
    case!("version_three.sip"),
    case!("unknown_method.sip"),
    case!("lower_case_method.sip"),
    case!("register.sip"),
    case!("update_outside.sip"),
    case!("bye_without_call.sip"),
    case!("cancel_without_invite.sip"),
    case!("odd_scheme.sip"),
    case!("required_extensions.sip"),
    case!("body_of_unknown_type.sip"),
    case!("body_that_is_packed.sip"),
    case!("accepts_no_sdp.sip"),
    case!("multicast_offer.sip"),
    case!("broadcast_offer.sip"),
    case!("name_in_offer.sip"),
    case!("video_only.sip"),
    case!("sdp_that_is_none.sip"),
    case!("ack_without_call.sip"),
    case!("broken_ack.sip"),
    case!("stray_response.sip"),
    case!("response_code_too_large.sip"),
    case!("no_via.sip"),
    case!("ipv6_without_brackets.sip"),
    case!("ipv6_with_a_port_inside.sip"),
    case!("ipv6_with_a_port_behind.sip"),
    case!("ipv6_received_in_brackets.sip"),
    case!("ipv6_offer.sip"),
    case!("ipv6_and_ipv4_vias.sip"),
    case!("ipv6_and_ipv4_media.sip"),
    case!("ipv4_mapped_offer.sip"),
    case!("ipv6_with_three_colons.sip"),
    case!("ipv6_with_four_colons.sip"),
    case!("ipv6_with_three_colons_and_no_ipv4.sip"),
    case!("ipv6_zone.sip"),
    case!("version_with_a_sign.sip"),
    case!("start_line_folded.sip"),
    case!("fold_behind_start_line.sip"),
    case!("colon_on_the_next_line.sip"),
    case!("from_with_two_tags.sip"),
    case!("to_with_two_tags.sip"),
    case!("tag_in_quotes.sip"),
    case!("via_with_two_branches.sip"),
    case!("media_type_with_spaces.sip"),
    case!("via_with_spaces.sip"),
    case!("second_via_broken.sip"),
    case!("sixty_vias.sip"),
    case!("cseq_folded.sip"),
    case!("cseq_with_another_case.sip"),
    case!("cseq_with_a_sign.sip"),
    case!("hops_in_a_list.sip"),
    case!("proxy_require.sip"),
    case!("route_to_another.sip"),
    case!("record_route_without_brackets.sip"),
    case!("uri_star.sip"),
    case!("uri_without_user_before_at.sip"),
    case!("uri_with_two_ats.sip"),
    case!("uri_port_beyond.sip"),
    case!("urn_for_help.sip"),
    case!("nul_in_call_id.sip"),
    case!("escape_at_the_end_of_a_name.sip"),
    case!("replaces_without_tags.sip"),
    case!("session_too_short.sip"),
    case!("session_of_ages.sip"),
    case!("expires_beyond.sip"),
    case!("cancel_with_require.sip"),
    case!("parts_without_boundary.sip"),
    case!("ipv6_with_nine_groups.sip"),
    case!("ipv6_with_ipv4_in_the_middle.sip"),
    case!("ipv6_in_call_id.sip"),
    case!("ipv6_maddr.sip"),
    case!("via_folded_behind_start_line.sip"),
    case!("version_with_zeros.sip"),
    case!("via_of_version_three.sip"),
    case!("contact_of_everything.sip"),
];

/// What an endpoint did: a status, `call`, `silence`.
fn reaction(bytes: &[u8]) -> String {
    let (sent, events) = Bench::new().hear_bytes(bytes);
    let statuses: Vec<_> = sent.iter().filter_map(Message::status).map(|status| status.to_string()).collect();
    match (statuses.join(" ").as_str(), events.join(" ").as_str()) {
        ("", "incoming") => "call".into(),
        ("", "") => "silence".into(),
        (status, "") => status.into(),
        (statuses, events) => format!("{statuses} {events}"),
    }
}

#[test]
fn every_message_gets_the_answer_that_the_manifest_says() {
    for line in MANIFEST.lines().skip(1) {
        let mut fields = line.split('\t');
        let (file, expected) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let bytes = MESSAGES.iter().find(|(name, _)| *name == file).map(|(_, bytes)| *bytes);
        assert_eq!(bytes.map(reaction).as_deref(), Some(expected), "{file}");
    }
    assert_eq!(MANIFEST.lines().count(), MESSAGES.len() + 1);
}
