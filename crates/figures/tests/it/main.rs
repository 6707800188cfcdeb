//! Tests of figures and the report. One program, so that it is linked once.

mod figures_and_report;
