//! Ordinary image networks beside the steerable one, raw and cured.

use std::f64::consts::TAU;
use std::path::Path;

use analysis::action::LearnedAction;
use analysis::embed::Pca;
use anyhow::Context;
use candle_core::Device;
use figures::{OrbitPanel, OrbitPaths};
use groups::Cyclic;
use groups::action::image::Interpolation;
use images::canonical::canonicalize;
use images::cnn::{
    AutoencoderArchitecture, ConvAutoencoder, PlainArchitecture, PlainCnn, SteerableCnn,
};
use images::dataset::{Choice, Digits, Split};
use images::rotate::{Purpose, Rotator, rotate_by};
use images::training::{Augmentation, Trainable, TrainingConfig};
use ndarray::{Array2, Array3, ArrayView3, Axis, Slice};
use projections::{MaxFilter, Projection};
use serde::{Deserialize, Serialize};

use super::judge::{Encodings, Row, Task, judge};
use super::settings::Settings;
use crate::reproduce::images::settings::Settings as ImageSettings;
use crate::reproduce::images::training::Job;
use terminal::Progress;
use terminal::interrupt;

/// Rotations of an orbit: those of C8.
const TURNS: usize = 8;

/// What an ordinary network has learnt of the rotation by 45°.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Learned {
    pub(super) network: String,
    pub(super) residual: f64,
    pub(super) rounded_residual: f64,
    pub(super) defect: f64,
}

impl Learned {
    /// The means of several runs.
    pub(super) fn over_runs(runs: &[&Self]) -> anyhow::Result<Self> {
        let first = runs.first().context("no run")?;
        let mean =
            |f: fn(&Self) -> f64| runs.iter().map(|run| f(run)).sum::<f64>() / runs.len() as f64;
        Ok(Self {
            network: first.network.clone(),
            residual: mean(|run| run.residual),
            rounded_residual: mean(|run| run.rounded_residual),
            defect: mean(|run| run.defect),
        })
    }
}

/// What came of the image networks.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) rows: Vec<Row>,
    pub(super) learned: Vec<Learned>,
    pub(super) figure: String,
}

/// Everything that the image networks need.
pub(super) struct Suite<'a> {
    pub(super) split: &'a Split,
    pub(super) settings: &'a Settings,
    pub(super) image_settings: &'a ImageSettings,
    pub(super) device: &'a Device,
    pub(super) seed: u64,
    pub(super) resume: bool,
    /// Folder of this suite's checkpoints, and of the image suite's.
    pub(super) dir: &'a Path,
    pub(super) images_dir: &'a Path,
}

/// Codes of images by a network or a network and a cure.
type Encode<'a> = Box<dyn Fn(ArrayView3<'_, f32>) -> anyhow::Result<Array2<f32>> + 'a>;

impl Suite<'_> {
    pub(super) fn run(&self, progress: &Progress) -> anyhow::Result<Outcome> {
        let group = Cyclic::new(TURNS)?;
        let device = self.device;
        let steerable = SteerableCnn::new(
            group,
            self.image_settings.architecture.clone(),
            self.seed,
            device.clone(),
        )?;
        let dim = steerable.representation().dim();
        let plain = || -> anyhow::Result<PlainCnn> {
            let architecture = PlainArchitecture::default();
            Ok(PlainCnn::new(architecture, self.seed, device.clone())?)
        };
        let (augmented, upright) = (plain()?, plain()?);
        let architecture = AutoencoderArchitecture::default();
        let autoencoder = ConvAutoencoder::new(architecture, self.seed, device.clone())?;

        let seed = self.seed;
        progress.stage(&format!("seed {seed}: C8 network"))?;
        self.train_steerable(&steerable, progress)?;
        progress.stage(&format!("seed {seed}: ordinary network, augmented"))?;
        let config = &self.settings.images;
        self.train(&augmented, "ordinary, augmented", config, progress)?;
        progress.stage(&format!("seed {seed}: ordinary network, upright digits only"))?;
        let still = TrainingConfig { augmentation: Augmentation::None, ..config.clone() };
        self.train(&upright, "ordinary, upright only", &still, progress)?;
        progress.stage(&format!("seed {seed}: ordinary autoencoder, augmented"))?;
        let longer = TrainingConfig { epochs: self.settings.autoencoder_epochs, ..config.clone() };
        self.train(&autoencoder, "autoencoder, augmented", &longer, progress)?;

        progress.stage(&format!("seed {seed}: cures of image codes"))?;
        let networks: Vec<(&str, Encode<'_>)> = vec![
            ("C8 network", Box::new(|x| Ok(steerable.encode(x)?))),
            ("ordinary, augmented", Box::new(|x| Ok(augmented.encode(x)?))),
            ("ordinary, upright only", Box::new(|x| Ok(upright.encode(x)?))),
            ("autoencoder, augmented", Box::new(|x| Ok(autoencoder.encode(x)?))),
        ];
        let views = Views::new(self.split, self.settings, seed)?;
        let exact = MaxFilter::<f32>::random(&steerable.representation(), 2 * dim, seed)?;
        let (mut rows, mut learned) = (Vec::new(), Vec::new());
        let bar = progress.bar(networks.len() * 4)?;
        for (name, encode) in &networks {
            let (row, plain) =
                judge(name, "none", &views.encode(encode)?, &views.task, None, seed)?;
            rows.push(row);
            bar.inc(1);
            let action = LearnedAction::fit(
                &group,
                encode(views.base.view())?.view(),
                encode(turn(views.base.view(), 1)?.view())?.view(),
            )?;
            let fitted = MaxFilter::<f32>::random(action.representation(), 2 * dim, seed)?;
            learned.push(Learned {
                network: (*name).to_owned(),
                residual: action.residual(),
                rounded_residual: action.rounded_residual(),
                defect: action.defect(),
            });
            let mut cures: Vec<(&str, Encode<'_>)> = vec![
                ("average over the orbit", Box::new(|x| average(encode, x))),
                ("canonical input", Box::new(|x| encode(canonicalize(x)?.view()))),
                (
                    "learned action, max filter",
                    Box::new(|x| Ok(fitted.project(encode(x)?.view())?)),
                ),
            ];
            if *name == "C8 network" {
                cures.push((
                    "exact action, max filter",
                    Box::new(|x| Ok(exact.project(encode(x)?.view())?)),
                ));
            }
            for (cure, encode) in &cures {
                let codes = views.encode(encode)?;
                rows.push(judge(name, cure, &codes, &views.task, Some(&plain), seed)?.0);
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        let figure = self.orbits(&networks, &views)?;
        Ok(Outcome { rows, learned, figure })
    }

    /// The network of the image suite, trained there if it was, with the same settings.
    fn train_steerable(
        &self,
        network: &SteerableCnn<Cyclic>,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        let job = |checkpoints, resume| Job {
            network,
            name: "C8 network".to_owned(),
            training: &self.image_settings.training,
            digits: &self.split.train,
            seed: self.seed,
            checkpoints,
            resume,
        };
        if self.images_dir.is_dir() {
            match job(self.images_dir.to_owned(), true).run(progress) {
                Ok(()) => return Ok(()),
                Err(error) if interrupt::requested() => return Err(error),
                Err(_) => progress.log("the image suite's network has other settings"),
            }
        }
        job(self.dir.join("c8"), self.resume).run(progress)
    }

    fn train(
        &self,
        network: &dyn Trainable,
        name: &str,
        training: &TrainingConfig,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        Job {
            network,
            name: name.to_owned(),
            training,
            digits: &self.split.train,
            seed: self.seed,
            checkpoints: self.dir.join(name.replace(", ", "-").replace(' ', "-")),
            resume: self.resume,
        }
        .run(progress)
    }

    /// A full turn of a few digits as a path among the codes of all, for each network.
    fn orbits(&self, networks: &[(&str, Encode<'_>)], views: &Views) -> anyhow::Result<String> {
        const STEPS: usize = 48;
        let digits: Vec<usize> = [2u8, 3, 4, 7]
            .iter()
            .filter_map(|class| views.labels.iter().position(|label| label == class))
            .collect();
        let mut figure = OrbitPaths::new(
            "A full turn of four digits, as a path among the codes of all digits, by network",
            digits.iter().map(|&i| format!("a {}, turned by 0° to 360°", views.labels[i])),
        );
        let points = |a: Array2<f64>| -> Vec<[f64; 2]> {
            a.rows().into_iter().map(|r| [r[0], r[1]]).collect()
        };
        let mut panels: Vec<(String, &Encode<'_>)> =
            networks.iter().map(|(name, encode)| ((*name).to_owned(), encode)).collect();
        let (_, augmented) = networks.get(1).context("the augmented network is missing")?;
        let averaged: Encode<'_> = Box::new(|x| average(augmented, x));
        panels.push(("ordinary, augmented; orbit average".to_owned(), &averaged));
        for (title, encode) in panels {
            let count = self.settings.points.min(views.query_moved.len_of(Axis(0)));
            let some = views.query_moved.slice_axis(Axis(0), Slice::from(..count));
            let background = encode(some)?;
            let pca = Pca::fit(background.view(), 2)?;
            let orbits = digits
                .iter()
                .map(|&i| {
                    let image = views.query.index_axis(Axis(0), i);
                    let (height, width) = image.dim();
                    let copies =
                        Array3::from_shape_fn((STEPS, height, width), |(_, r, c)| image[(r, c)]);
                    let angles: Vec<f64> =
                        (0..STEPS).map(|s| TAU * s as f64 / STEPS as f64).collect();
                    let turned = rotate_by(copies.view(), &angles, Interpolation::Bicubic)?;
                    Ok(points(pca.transform(encode(turned.view())?.view())?))
                })
                .collect::<anyhow::Result<_>>()?;
            figure = figure.panel(OrbitPanel {
                title,
                note: String::new(),
                axes: None,
                background: points(pca.transform(background.view())?),
                orbits,
            });
        }
        Ok(figure.render()?)
    }
}

/// Images in all poses that are needed.
struct Views {
    base: Array3<f32>,
    base_moved: Array3<f32>,
    query: Array3<f32>,
    query_moved: Array3<f32>,
    orbits: Vec<Array3<f32>>,
    labels: Vec<u8>,
    task: Task,
}

impl Views {
    fn new(split: &Split, settings: &Settings, seed: u64) -> anyhow::Result<Self> {
        let choose = |digits: &Digits, count: usize| {
            digits.choose(count.min(digits.len()), Choice::Stratified, seed)
        };
        let base = choose(&split.train, settings.labelled)?;
        let query = choose(&split.test, settings.tested)?;
        let rotator = Rotator::new(seed);
        let (base_moved, _) = rotator.rotate(base.images.view(), Purpose::Reference, 0)?;
        let (query_moved, _) = rotator.rotate(query.images.view(), Purpose::TestSet, 0)?;
        let some = Slice::from(..settings.orbits.min(query.len()));
        let some = query.images.slice_axis(Axis(0), some);
        let orbits = (0..TURNS).map(|k| turn(some, k)).collect::<anyhow::Result<_>>()?;
        let classes = |digits: &Digits| digits.labels.iter().map(|&l| usize::from(l)).collect();
        let task = Task::Classes { base: classes(&base), query: classes(&query) };
        Ok(Self {
            base: base.images,
            base_moved,
            labels: query.labels,
            query: query.images,
            query_moved,
            orbits,
            task,
        })
    }

    fn encode(&self, encode: &Encode<'_>) -> anyhow::Result<Encodings> {
        Ok(Encodings {
            base: encode(self.base.view())?,
            base_moved: encode(self.base_moved.view())?,
            query: encode(self.query.view())?,
            query_moved: encode(self.query_moved.view())?,
            orbits: self
                .orbits
                .iter()
                .map(|images| encode(images.view()))
                .collect::<anyhow::Result<_>>()?,
        })
    }
}

/// Images turned by `k` eighths of a circle.
fn turn(images: ArrayView3<'_, f32>, k: usize) -> anyhow::Result<Array3<f32>> {
    let angles = vec![TAU * k as f64 / TURNS as f64; images.len_of(Axis(0))];
    Ok(rotate_by(images, &angles, Interpolation::Bicubic)?)
}

/// The mean of the codes over the orbit of the input.
fn average(encode: &Encode<'_>, images: ArrayView3<'_, f32>) -> anyhow::Result<Array2<f32>> {
    let mut sum = encode(images)?;
    for k in 1..TURNS {
        sum += &encode(turn(images, k)?.view())?;
    }
    Ok(sum / TURNS as f32)
}
