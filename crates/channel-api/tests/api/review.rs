mod post;
mod read;
