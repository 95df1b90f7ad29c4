mod read;
mod search;
