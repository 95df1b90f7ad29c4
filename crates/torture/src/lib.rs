//! Breaks what axhub stands on while clients order, and checks afterwards that nothing was lost and nothing sold twice.
//!
//! A round is: a fresh database; a [`world`] in it; servers ([`cluster`]); [`clients`] that write down every request and
//! its answer ([`history`]); one of the [`faults`] at moments that the seed picks; then all is healed, the clients stop, and
//! the [`checker`] compares the database with the history.
//!
//! | module | what it does |
//! |---|---|
//! | [`world`] | suppliers, channels and scarce stock that everybody competes for |
//! | [`clients`] | what is asked, over HTTP |
//! | [`history`] | what was asked and answered, and when |
//! | [`checker`] | what must hold afterwards |
//! | [`cluster`] | the servers and the database, and what can be done to them |
//! | [`faults`] | what goes wrong, one file each |
//! | [`run`] | rounds by seed |
//! | [`interrupt`] | being told to stop |
//! | [`scratch`] | the directory of a run |
//! | [`failover`] | the drill with a primary and its standby |
//! | [`kept`] | what is left of a round with findings, and judging it again |
//! | [`recovery`] | how long it took until orders were placed again |
//! | [`report`] | what came of them, as a table and as JSON |

pub mod checker;
pub mod cli;
pub mod clients;
pub mod cluster;
pub mod failover;
pub mod faults;
pub mod history;
pub mod interrupt;
pub mod kept;
pub mod progress;
pub mod recovery;
pub mod report;
pub mod run;
pub mod scratch;
pub mod server;
pub mod world;
