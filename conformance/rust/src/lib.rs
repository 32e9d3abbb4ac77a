//! The official Rust client, unmodified, against the real server. Nothing but tests lives here.

#[cfg(test)]
mod calls;
#[cfg(test)]
mod live;
#[cfg(test)]
mod support;
