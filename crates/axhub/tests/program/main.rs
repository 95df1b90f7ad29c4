//! Tests of the program as people run it: processes, signals, standard output, and what survives a kill.

mod backup;
mod bodies;
mod business;
mod commands;
mod crash;
mod demo;
mod fight;
mod guide;
mod health;
mod help;
mod keys;
mod limits;
mod operators;
mod process;
mod serve;
mod shop;
mod simulator;
mod start;
mod statements;
mod verify;
