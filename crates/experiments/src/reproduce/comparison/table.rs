//! The rows as tables of the report and of the summary.

use std::fmt::Write;

use analysis::statistics::Estimate;
use anyhow::Context;
use figures::report::{Cell, Table};

use super::Row;

/// A heading, the value of a row, and how it is written.
type Column = (&'static str, fn(&Combined) -> Option<Estimate>, fn(&Estimate) -> String);

/// A table of all codes; rows without a value in any column are left out. The first two rows, raw
/// codes and the quotient metric, are no projections and do not compete for the best.
pub(crate) fn table(caption: &str, rows: &[Combined], columns: &[Column]) -> Table {
    let header = ["codes", "outputs", "guarantee"];
    let names = header.into_iter().chain(columns.iter().map(|(name, _, _)| *name));
    let mut table = Table::new(caption, names);
    for (i, row) in rows.iter().enumerate() {
        if columns.iter().all(|(_, value, _)| value(row).is_none()) {
            continue;
        }
        let mut cells = vec![
            Cell::new(&row.name),
            Cell::new(row.outputs.to_string()),
            Cell::new(&row.guarantee),
        ];
        for (_, value, text) in columns {
            let best = rows
                .iter()
                .skip(2)
                .filter_map(|r| value(r).map(|e| e.value))
                .fold(f64::MIN, f64::max);
            cells.push(match value(row) {
                None => Cell::new("–"),
                Some(e) if i >= 2 && e.value == best => Cell::best(text(&e)),
                Some(e) => Cell::new(text(&e)),
            });
        }
        table = table.row(cells);
    }
    table
}

/// A row of the table, combined over runs.
pub(crate) struct Combined {
    pub(crate) name: String,
    guarantee: String,
    pub(crate) outputs: usize,
    pub(crate) knn_upright: Estimate,
    pub(crate) knn_rotated: Estimate,
    pub(crate) probe_upright: Option<Estimate>,
    pub(crate) probe_rotated: Option<Estimate>,
    pub(crate) silhouette: Option<Estimate>,
}

/// The table of codes, each number combined over the tables of all runs.
pub(crate) fn combined_rows(tables: &[&[Row]]) -> anyhow::Result<Vec<Combined>> {
    let first = tables.first().context("no run")?;
    (0..first.len())
        .map(|i| {
            let all = |f: &dyn Fn(&Row) -> Option<Estimate>| -> anyhow::Result<Option<Estimate>> {
                let each: Option<Vec<Estimate>> = tables.iter().map(|table| f(&table[i])).collect();
                Ok(each.map(|each| Estimate::over_runs(&each)).transpose()?)
            };
            let row = &first[i];
            Ok(Combined {
                name: row.name.clone(),
                guarantee: row.guarantee.clone(),
                outputs: row.outputs,
                knn_upright: all(&|r| Some(r.knn_upright))?.unwrap_or(row.knn_upright),
                knn_rotated: all(&|r| Some(r.knn_rotated))?.unwrap_or(row.knn_rotated),
                probe_upright: all(&|r| r.probe_upright)?,
                probe_rotated: all(&|r| r.probe_rotated)?,
                silhouette: all(&|r| r.silhouette)?,
            })
        })
        .collect()
}

/// Invariance and ratios of distances of each projection.
pub(crate) fn geometry(rows: &[Row]) -> Table {
    let mut geometry = Table::new(
        "Invariance and geometry of each projection. Ratios are ‖s(z) − s(w)‖ / d([z],[w]) over random pairs of test codes; the empirical distortion is their largest over their smallest and so a lower estimate of the true one.",
        [
            "codes",
            "invariance, codes",
            "invariance, inputs",
            "ratio 1 %",
            "ratio median",
            "ratio 99 %",
            "distortion",
            "stress",
            "Spearman",
        ],
    );
    for row in rows {
        let Some(d) = &row.distortion else { continue };
        let error = |e: Option<f64>| {
            e.map_or("–".to_owned(), |e| {
                if e < 1e-3 { format!("{e:.1e}") } else { format!("{e:.3}") }
            })
        };
        geometry = geometry.row([
            Cell::new(&row.name),
            Cell::new(error(row.invariance_codes)),
            Cell::new(error(row.invariance_inputs)),
            Cell::new(format!("{:.3}", d.q01)),
            Cell::new(format!("{:.3}", d.median)),
            Cell::new(format!("{:.3}", d.q99)),
            Cell::new(format!("{:.2}", d.empirical())),
            Cell::new(format!("{:.3}", d.stress)),
            Cell::new(format!("{:.3}", d.spearman)),
        ]);
    }
    geometry
}

/// The rows as Markdown.
pub(crate) fn markdown(text: &mut String, rows: &[Combined]) -> std::fmt::Result {
    writeln!(
        text,
        "| codes | outputs | 5-NN, upright neighbours | 5-NN, rotated neighbours | probe, fitted upright | silhouette |\n|---|---|---|---|---|---|"
    )?;
    for row in rows {
        let percent = |e: Option<Estimate>| e.map_or("–".into(), |e| e.percent(1));
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            row.name,
            row.outputs,
            percent(Some(row.knn_upright)),
            percent(Some(row.knn_rotated)),
            percent(row.probe_upright),
            row.silhouette.map_or("–".into(), |e| e.decimals(3))
        )?;
    }
    Ok(())
}
