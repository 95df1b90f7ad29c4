//! The load tool of axhub: fills a database with products, stock and past orders, drives a server over HTTP, checks
//! every answer, and compares what it measures with references: `pgbench` and a bare handler.
//!
//! | module | what it does |
//! |---|---|
//! | [`data`] | the data set: its size, its ids, and filling a database with it |
//! | [`scenarios`] | what is asked, and whether what came back is right |
//! | [`load`] | the connections, closed and open loop, histograms |
//! | [`server`] | the server as a child process, and what it takes of the machine |
//! | [`measure`] | one measurement: a server is started, driven and stopped, and its database checked |
//! | [`mod@reference`] | what the server is compared with |
//! | [`run`] | scenarios, several times, with their reference |
//! | [`targets`] | all ratios that the project promises, in one run |
//! | [`report`] | figures as tables |

pub mod bars;
pub mod checks;
pub mod cli;
pub mod data;
pub mod figures;
pub mod load;
pub mod measure;
pub mod reference;
pub mod report;
pub mod run;
pub mod scenarios;
pub mod server;
pub mod targets;
