//! baresip's keys that come as INFO requests.

use super::*;
use callwright::media::wav;

#[test]
fn baresip_presses_a_key_by_info() {
    with_runtime(async {
        let folder = Folder::new("baresip");
        let port = free_port();
        wav::write(&[0; 8000 * 30], std::fs::File::create(folder.path().join("voice.wav")).expect("a file"))
            .expect("written");
        let config = format!(
            "sip_listen 127.0.0.1:{port}\naudio_player aufile,/dev/null\naudio_source aufile,{}\naudio_alert aufile,/dev/null\n\
             rtp_ports 32100-32300\nmodule_path /usr/lib/baresip/modules\nmodule g711.so\nmodule aufile.so\nmodule stdio.so\n\
             module_app account.so\nmodule_app menu.so\n",
            folder.path().join("voice.wav").display()
        );
        let account =
            format!("<sip:+79656295719@127.0.0.1:{port}>;regint=0;dtmfmode=info;audio_codecs=PCMA/8000/1\n");
        for (file, text) in [("config", &*config), ("accounts", &*account), ("contacts", "")] {
            std::fs::write(folder.path().join(file), text).expect("written");
        }
        let path = folder.path().display().to_string();
        let mut baresip = Client::start(folder, "baresip", &["-4", "-f", &path]);
        baresip.says("baresip is ready").await;
        let server = Server::bank(NOWHERE).await;
        baresip.types(&format!("d sip:{LINE}@{}\n", server.address()));
        baresip.says("Call established").await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        baresip.types("3");
        tokio::time::sleep(Duration::from_secs(5)).await;
        baresip.types("b");
        let contacts = server.contacts().await;
        let outcome = contacts[0].outcome_for("information");
        assert_eq!(outcome.as_deref(), Some("resolved"), "3 is a branch\n{}", baresip.said());
    });
}
