use super::*;

/// One call over a bad network: whatever is lost, both sides end it, once each, and forget it.
fn check(seed: u64, faults: Faults) {
    println!("seed {seed}");
    let mut net = Net::with_faults(seed, faults);
    net.command(CALLER, dial());
    net.run(3000);
    if net.told(CALLEE).first().is_some_and(|word| word == "incoming") {
        net.command(CALLEE, Command::Ring { leg: LEG });
        net.run(500);
        net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
    }
    net.run(40_000);
    net.command((seed % 2) as usize, Command::HangUp { leg: LEG, q850: None });
    net.run(100_000);
    net.command(1 - (seed % 2) as usize, Command::HangUp { leg: LEG, q850: None });
    net.assert_forgotten();
    for end in [CALLER, CALLEE] {
        let told = net.told(end);
        let incoming = told.iter().filter(|word| *word == "incoming").count();
        let ends =
            told.iter().filter(|word| word.starts_with("ended") || word.starts_with("rejected")).count();
        let expected = if end == CALLER { 1 } else { incoming };
        assert_eq!(
            (incoming <= 1, ends),
            (true, expected),
            "seed {seed}: {told:?}\n{}",
            net.trace.join("\n")
        );
    }
}

#[test]
fn a_call_ends_cleanly_on_both_sides_whatever_the_network_does() {
    for seed in 0..150 {
        check(seed, Faults { loss_percent: 25, duplicate_percent: 20, jitter_ms: 400 });
    }
}

#[test]
fn with_mild_losses_every_call_is_set_up() {
    for seed in 0..100 {
        println!("seed {seed}");
        let mut net =
            Net::with_faults(seed, Faults { loss_percent: 10, duplicate_percent: 10, jitter_ms: 50 });
        net.command(CALLER, dial());
        net.run(8000);
        net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
        net.run(20_000);
        assert_eq!(net.told(CALLER), ["answered"], "seed {seed}");
        assert_eq!(net.told(CALLEE), ["incoming", "media sendrecv", "confirmed"], "seed {seed}");
    }
}
