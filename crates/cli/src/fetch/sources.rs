//! Where the data sets lie, with the sizes and digests that others have published.

use download::Source;

/// Where a data set is found under the folder of the data, and its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(super) enum DataSet {
    /// 70,000 handwritten digits, 12 MB: the four original files.
    Mnist,
    /// 133,885 molecules with DFT properties, 30 MB: MoleculeNet's table.
    Qm9,
}

/// A file, its size and its SHA-256.
type File = (&'static str, u64, &'static str);

/// The files that LeCun, Cortes & Burges distributed. Sizes and digests as in TensorFlow Datasets,
/// `url_checksums/mnist.txt`.
const MNIST: [File; 4] = [
    (
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    (
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    (
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    (
        "t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
];

const MNIST_MIRRORS: [&str; 2] = [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

/// MoleculeNet's table (Wu et al., 2018). Its publisher states no digest; this one stands in several
/// repositories that use the file.
const QM9: [File; 1] =
    [("qm9.csv", 29_856_825, "3e668f8c34e4bc392a90d417a50a5eed3b64b842a817a633024bdc054c68ccb4")];

const QM9_MIRRORS: [&str; 2] = [
    "https://deepchemdata.s3-us-west-1.amazonaws.com/datasets/",
    "https://deepchemdata.s3.us-west-1.amazonaws.com/datasets/",
];

impl DataSet {
    pub(super) const ALL: [Self; 2] = [Self::Mnist, Self::Qm9];

    /// The folder under that of the data, which the readers know.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
            Self::Qm9 => "qm9",
        }
    }

    /// The files with their mirrors.
    pub(super) fn sources(self) -> anyhow::Result<Vec<Source>> {
        let (files, mirrors): (&[File], &[&str]) = match self {
            Self::Mnist => (&MNIST, &MNIST_MIRRORS),
            Self::Qm9 => (&QM9, &QM9_MIRRORS),
        };
        let source = |&(name, bytes, sha256): &File| {
            let mirrors = mirrors.iter().map(|mirror| format!("{mirror}{name}"));
            Ok(Source::new(name, mirrors, sha256.parse()?, bytes)?)
        };
        files.iter().map(source).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_mirrors_a_size_and_a_digest() {
        for set in DataSet::ALL {
            let sources = set.sources().unwrap();
            assert!(!sources.is_empty());
            for source in sources {
                assert_eq!(source.mirrors().len(), 2);
                assert!(source.bytes() > 1_000);
            }
        }
    }
}
