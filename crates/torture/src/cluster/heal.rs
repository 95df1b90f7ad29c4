//! The end of a round: everything is brought back, and then told to stop. What does not go well is told, and the rest is done
//! all the same, so that as much as possible can be judged.

use anyhow::{bail, ensure};
use rustix::process::Signal;

use super::{Cluster, name_of};

impl Cluster {
    /// Undoes whatever a fault may have left, so that everything runs and nothing is in its way; and says what did not do so.
    pub async fn heal(&self) -> Vec<String> {
        let mut troubles = Vec::new();
        if let Some(proxy) = &self.proxy {
            proxy.blackhole(false);
        }
        if let Some(disk) = &self.disk {
            troubles.extend(trouble("the disk", disk.make_room()));
        }
        troubles.extend(trouble("the clocks", self.set_clocks_right()));
        if let Some(postgres) = self.postgres().filter(|postgres| !postgres.runs()) {
            troubles.extend(trouble("PostgreSQL", postgres.start().await));
        }
        for server in 0..self.servers() {
            troubles.extend(trouble(&name_of(server), self.heal_server(server).await));
        }
        troubles
    }

    async fn heal_server(&self, server: usize) -> anyhow::Result<()> {
        let mut process = self.process(server)?.lock().await;
        let ended = process.has_ended()?;
        if process.runs() {
            return process.signal(Signal::CONT);
        }
        process.launch()?;
        process.wait_until_ready().await?;
        match ended {
            Some(status) => bail!("it had ended by itself, with {status}"),
            None => Ok(()),
        }
    }

    /// Asks all servers that run to stop, and says what did not go well.
    pub async fn stop(&self) -> Vec<String> {
        let mut troubles = Vec::new();
        for server in 0..self.servers() {
            troubles.extend(trouble(&name_of(server), self.stop_server(server).await));
        }
        troubles
    }

    async fn stop_server(&self, server: usize) -> anyhow::Result<()> {
        let mut process = self.process(server)?.lock().await;
        if let Some(status) = process.has_ended()? {
            bail!("it had ended by itself, with {status}");
        }
        if process.runs() {
            process.signal(Signal::TERM)?;
            let stopped = process.wait().await?;
            ensure!(stopped.is_well(), "it ended with {}", stopped.status);
        }
        Ok(())
    }
}

fn trouble(what: &str, outcome: anyhow::Result<()>) -> Option<String> {
    outcome.err().map(|error| format!("{what}: {error:#}"))
}
