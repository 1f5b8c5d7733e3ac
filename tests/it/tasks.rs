//! The task suite measures what it says: its oracle scores 1 on every task, an agent that does
//! nothing scores 0.

use std::net::SocketAddr;

use pocketpilot_core::generate::Cancel;
use pocketpilot_evals::tasks::{Console, Environment, run, templates};
use pocketpilot_evals::{Agent, Options, Report, Watch};
use pocketpilot_phone::Phone;
use pocketpilot_tools::device::AdbDevice;

/// Runs all tasks of a seed on a new phone.
async fn all(agent: Agent<pocketpilot_core::planner::Parts<'_>>, seed: u64) -> Report {
    let mut builder = Phone::builder();
    // Straight to adbd, adb_client waits 20 ms after every command.
    builder.server_port = Some(0);
    let phone = builder.start().await.unwrap();
    let Some(SocketAddr::V4(server)) = phone.server_address() else { panic!("the phone listens on IPv4") };
    let device = AdbDevice::through_server(phone.serial(), server);
    let console = Console::new(phone.console_address(), None);
    let environment = Environment::open(&device, Some(console)).await.unwrap();
    let cancel = Cancel::default();
    let mut watch = Watch { on_case: &mut |_, _, _| {}, cancel: &cancel };
    let options = Options { seed, ..Options::default() };
    let report = run(agent, &environment, &options, &mut watch).await.unwrap();
    phone.stop().await;
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oracle_does_every_task() {
    for seed in [0, 1] {
        let report = all(Agent::Oracle, seed).await;
        let failed: Vec<String> =
            report.cases.iter().filter(|c| !c.ok).map(|c| format!("{}: {}", c.id, c.detail)).collect();
        assert!(failed.is_empty(), "seed {seed}: {}", failed.join("\n"));
        assert_eq!(report.n, templates().len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_null_agent_does_none() {
    let report = all(Agent::Null, 0).await;
    let done: Vec<&str> = report.cases.iter().filter(|c| c.ok).map(|c| c.id.as_str()).collect();
    assert!(done.is_empty(), "done by doing nothing: {done:?}");
    assert_eq!((report.n, &report.metrics["success"]), (templates().len(), &0.0.into()));
}
