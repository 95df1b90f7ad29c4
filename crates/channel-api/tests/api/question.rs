mod ask;
mod read;
