mod detail;
mod list;
mod registration;
mod update;
