//! Downloads from a local server that truncates, stalls, redirects and lies.

mod certificates;
mod proxy;
mod server;
mod setting;

mod cancel;
mod faults;
mod fetch;
mod kill;
mod properties;
mod redirects;
mod resume;
mod through_proxies;
mod trust;
