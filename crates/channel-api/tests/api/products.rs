mod detail;
mod list;
mod registration;
mod tickets;
mod update;
