//! Tests of the program as a whole. One program, so that it is linked once.

mod command_line;
mod faults;
mod program;
