//! What can be left out when the program is built, and how to get it.

use anyhow::anyhow;
use latents::LatentsError;

/// How to install the program with a feature.
pub(crate) fn install(feature: &str) -> String {
    format!("install it with `cargo install --locked --path crates/cli --features {feature}`")
}

/// An error, with how to install the program where it lacks a format.
pub(crate) fn advise(error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<LatentsError>() {
        Some(LatentsError::Unsupported { path, what, .. })
            if cfg!(not(feature = "parquet")) && what.starts_with("Parquet") =>
        {
            anyhow!("{}: this program reads no Parquet; {}", path.display(), install("parquet"))
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_was_left_out_is_named() {
        let what = "Parquet in this build".to_owned();
        let error = LatentsError::Unsupported { path: "z.parquet".into(), what, remedy: "other" };
        let text = advise(error.into()).to_string();
        assert_eq!(text.contains("--features parquet"), cfg!(not(feature = "parquet")), "{text}");
    }
}
