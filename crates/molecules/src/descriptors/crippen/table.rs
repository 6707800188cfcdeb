//! The types of atoms in their order of precedence.

use super::Type;
use super::pattern::{
    ANY, AROMATIC_C, AROMATIC_N, AROMATIC_O, AROMATIC_OTHER, AROMATIC_S, Arm, BR, C, CL, F, H, I,
    Joined, Kinds, N, O, OTHER, P, Rule, S, Test, atom,
};

/// Aromatic atoms.
const AROMATIC: Kinds = AROMATIC_C | AROMATIC_N | AROMATIC_O | AROMATIC_S | AROMATIC_OTHER;
/// Atoms that are not hydrogen.
const HEAVY: Kinds = ANY & !H;
/// Those that are not aromatic.
const ALIPHATIC: Kinds = HEAVY & !AROMATIC;
const CARBONS: Kinds = C | AROMATIC_C;
const NITROGENS: Kinds = N | AROMATIC_N;
const OXYGENS: Kinds = O | AROMATIC_O;
const SULFURS: Kinds = S | AROMATIC_S;
/// Elements of side chains that change the type of a carbon.
const HETERO: Kinds = N | O | P | S | F | CL | BR | I;

const fn single(kinds: Kinds) -> Arm {
    Arm(Joined::Single, atom(kinds))
}

const fn double(kinds: Kinds) -> Arm {
    Arm(Joined::Double, atom(kinds))
}

const fn triple(kinds: Kinds) -> Arm {
    Arm(Joined::Triple, atom(kinds))
}

/// A single bond to a carbon.
const fn carbon(arms: &'static [Arm]) -> Arm {
    Arm(Joined::Single, atom(C).with(arms))
}

/// The carbon of C=O.
const fn carbonyl(arms: &'static [Arm]) -> Arm {
    Arm(Joined::Double, atom(C).with(arms))
}

/// The carbon of C=O, with so many hydrogens.
const fn formyl(hydrogens: u32, arms: &'static [Arm]) -> Arm {
    Arm(Joined::Double, atom(C).hydrogens(hydrogens, hydrogens).with(arms))
}

const IN_RING: Arm = Arm(Joined::Aromatic, atom(AROMATIC));

const fn of(name: &'static str, log_p: i64) -> Type {
    Type { name, log_p }
}

const fn rule(of: Type, test: Test) -> Rule {
    Rule { of, test }
}

const C1: Type = of("C1", 14_410);
const C2: Type = of("C2", 0);
const C3: Type = of("C3", -20_350);
const C4: Type = of("C4", -20_510);
const C5: Type = of("C5", -27_830);
const C6: Type = of("C6", 15_510);
const C7: Type = of("C7", 170);
const C8: Type = of("C8", 8_452);
const C9: Type = of("C9", -14_440);
const C10: Type = of("C10", -5_160);
const C11: Type = of("C11", 11_930);
const C12: Type = of("C12", -9_670);
const C13: Type = of("C13", -54_430);
const C14: Type = of("C14", 0);
const C15: Type = of("C15", 24_500);
const C16: Type = of("C16", 19_800);
const C17: Type = of("C17", 0);
const C18: Type = of("C18", 15_810);
const C19: Type = of("C19", 29_550);
const C20: Type = of("C20", 27_130);
const C21: Type = of("C21", 13_600);
const C22: Type = of("C22", 46_190);
const C23: Type = of("C23", 54_370);
const C24: Type = of("C24", 18_930);
const C25: Type = of("C25", -81_860);
const C26: Type = of("C26", 26_400);
const C27: Type = of("C27", 21_480);
const CS: Type = of("CS", 8_129);
pub(super) const H1: Type = of("H1", 12_300);
const H2: Type = of("H2", -26_770);
const H3: Type = of("H3", 21_420);
const H4: Type = of("H4", 29_800);
pub(super) const HS: Type = of("HS", 11_250);
const N1: Type = of("N1", -101_900);
const N2: Type = of("N2", -70_960);
const N3: Type = of("N3", -102_700);
const N4: Type = of("N4", -51_880);
const N5: Type = of("N5", 8_387);
const N6: Type = of("N6", 18_360);
const N7: Type = of("N7", -31_870);
const N8: Type = of("N8", -44_580);
const N9: Type = of("N9", 1_508);
const N10: Type = of("N10", -195_000);
const N11: Type = of("N11", -32_390);
const N12: Type = of("N12", -111_900);
const N13: Type = of("N13", -33_960);
const N14: Type = of("N14", 28_870);
const NS: Type = of("NS", -48_060);
pub(super) const O1: Type = of("O1", 15_520);
const O2: Type = of("O2", -28_930);
const O3: Type = of("O3", -6_840);
const O4: Type = of("O4", -41_950);
const O5: Type = of("O5", 3_350);
const O6: Type = of("O6", -33_390);
const O7: Type = of("O7", -118_900);
const O8: Type = of("O8", 17_880);
const O9: Type = of("O9", -15_260);
const O10: Type = of("O10", 11_290);
const O11: Type = of("O11", 48_330);
const O12: Type = of("O12", -132_600);
const OS: Type = of("OS", -11_880);
const FLUORINE: Type = of("F", 42_020);
const CHLORINE: Type = of("Cl", 68_950);
const BROMINE: Type = of("Br", 84_560);
const IODINE: Type = of("I", 88_570);
const HAL: Type = of("Hal", -299_600);
const PHOSPHORUS: Type = of("P", 86_120);
const S1: Type = of("S1", 64_820);
const S2: Type = of("S2", -240);
pub(super) const S3: Type = of("S3", 62_370);
const ME1: Type = of("Me1", -38_080);
const ME2: Type = of("Me2", -250);

/// Carbon that is not aromatic.
pub(super) const CARBON: &[Rule] = &[
    rule(C1, atom(C).hydrogens(4, 4)),
    rule(C1, atom(C).hydrogens(3, 3).with(&[single(C)])),
    rule(C1, atom(C).hydrogens(2, 2).with(&[single(C), single(C)])),
    rule(C2, atom(C).hydrogens(1, 1).with(&[single(C), single(C), single(C)])),
    rule(C2, atom(C).with(&[single(C), single(C), single(C), single(C)])),
    rule(C3, atom(C).hydrogens(3, 3).with(&[single(HETERO)])),
    rule(C3, atom(C).hydrogens(2, 2).connections(4).with(&[single(HETERO), single(ALIPHATIC)])),
    rule(
        C4,
        atom(C).hydrogens(1, 1).connections(4).with(&[
            single(HETERO),
            single(ALIPHATIC),
            single(ALIPHATIC),
        ]),
    ),
    rule(
        C4,
        atom(C).hydrogens(0, 0).connections(4).with(&[
            single(HETERO),
            single(ALIPHATIC),
            single(ALIPHATIC),
            single(ALIPHATIC),
        ]),
    ),
    rule(C5, atom(C).with(&[double(ALIPHATIC & !C)])),
    rule(C6, atom(C).hydrogens(2, 2).with(&[double(C)])),
    rule(C6, atom(C).hydrogens(1, 1).with(&[double(C), single(ALIPHATIC)])),
    rule(C6, atom(C).hydrogens(0, 0).with(&[double(C), single(ALIPHATIC), single(ALIPHATIC)])),
    rule(C6, atom(C).with(&[double(C), double(C)])),
    rule(C7, atom(C).connections(2).with(&[triple(ALIPHATIC)])),
    rule(C8, atom(C).hydrogens(3, 3).with(&[single(AROMATIC_C)])),
    rule(C9, atom(C).hydrogens(3, 3).with(&[single(AROMATIC)])),
    rule(C10, atom(C).hydrogens(2, 2).connections(4).with(&[single(AROMATIC)])),
    rule(C11, atom(C).hydrogens(1, 1).connections(4).with(&[single(AROMATIC)])),
    rule(C12, atom(C).hydrogens(0, 0).connections(4).with(&[single(AROMATIC)])),
    rule(C26, atom(C).with(&[double(C), single(AROMATIC), single(ALIPHATIC)])),
    rule(C26, atom(C).with(&[double(C), single(AROMATIC_C), single(AROMATIC)])),
    rule(C26, atom(C).hydrogens(1, 1).with(&[double(C), single(AROMATIC)])),
    rule(C26, atom(C).with(&[double(AROMATIC_C)])),
    rule(C27, atom(C).connections(4).with(&[single(OTHER)])),
    rule(CS, atom(C)),
];

/// Aromatic carbon.
pub(super) const AROMATIC_CARBON: &[Rule] = &[
    rule(C13, atom(ANY).hydrogens(0, 0).with(&[single(OTHER | P)])),
    rule(C14, atom(ANY).with(&[single(F)])),
    rule(C15, atom(ANY).with(&[single(CL)])),
    rule(C16, atom(ANY).with(&[single(BR)])),
    rule(C17, atom(ANY).with(&[single(I)])),
    rule(C18, atom(ANY).hydrogens(1, 1)),
    rule(C19, atom(ANY).with(&[IN_RING, IN_RING, IN_RING])),
    rule(C20, atom(ANY).with(&[IN_RING, IN_RING, single(AROMATIC)])),
    rule(C21, atom(ANY).with(&[IN_RING, IN_RING, single(C)])),
    rule(C22, atom(ANY).with(&[IN_RING, IN_RING, single(N)])),
    rule(C23, atom(ANY).with(&[IN_RING, IN_RING, single(O)])),
    rule(C24, atom(ANY).with(&[IN_RING, IN_RING, single(S)])),
    rule(C25, atom(ANY).with(&[IN_RING, IN_RING, double(C | N | O)])),
    rule(CS, atom(ANY)),
];

/// The host of a hydrogen, with what else it binds, for the type of the hydrogen.
pub(super) const HOST: &[Rule] = &[
    rule(H1, atom(CARBONS | H)),
    rule(H2, atom(O).with(&[Arm(Joined::Single, atom(C).connections(4))])),
    rule(H2, atom(O).with(&[single(AROMATIC_C)])),
    rule(H2, atom(O).with(&[single(ANY & !(CARBONS | NITROGENS | OXYGENS | SULFURS))])),
    rule(H2, atom(ANY & !(CARBONS | NITROGENS | OXYGENS))),
    rule(H3, atom(NITROGENS)),
    rule(H3, atom(O).with(&[single(NITROGENS)])),
    rule(H4, atom(O).with(&[carbon(&[double(CARBONS | NITROGENS | O | S)])])),
    rule(H4, atom(O).with(&[single(O | S)])),
];

/// Nitrogen that is not aromatic.
pub(super) const NITROGEN: &[Rule] = &[
    rule(N1, atom(N).charge(0, 0).hydrogens(2, 2).with(&[single(ALIPHATIC)])),
    rule(N2, atom(N).charge(0, 0).hydrogens(1, 1).with(&[single(ALIPHATIC), single(ALIPHATIC)])),
    rule(N3, atom(N).charge(0, 0).hydrogens(2, 2).with(&[single(AROMATIC)])),
    rule(N4, atom(N).charge(0, 0).hydrogens(1, 1).with(&[single(HEAVY), single(AROMATIC)])),
    rule(N5, atom(N).charge(0, 0).hydrogens(1, 1).with(&[double(HEAVY)])),
    rule(N6, atom(N).charge(0, 0).with(&[double(HEAVY), single(HEAVY)])),
    rule(N7, atom(N).charge(0, 0).with(&[single(ALIPHATIC), single(ALIPHATIC), single(ALIPHATIC)])),
    rule(N8, atom(N).charge(0, 0).with(&[single(AROMATIC), single(HEAVY), single(ALIPHATIC)])),
    rule(N8, atom(N).charge(0, 0).with(&[single(AROMATIC), single(AROMATIC), single(AROMATIC)])),
    rule(N9, atom(N).charge(0, 0).with(&[triple(ALIPHATIC)])),
    rule(N10, atom(N).charge(1, 3).hydrogens(1, 3)),
    rule(
        N13,
        atom(N).charge(1, 3).hydrogens(0, 0).with(&[
            single(ALIPHATIC),
            single(ALIPHATIC),
            single(ALIPHATIC),
            single(ALIPHATIC),
        ]),
    ),
    rule(
        N13,
        atom(N).charge(1, 3).hydrogens(0, 0).with(&[
            double(ALIPHATIC),
            single(ALIPHATIC),
            single(HEAVY),
        ]),
    ),
    rule(N13, atom(N).charge(1, 3).hydrogens(0, 0).with(&[double(CARBONS), double(NITROGENS)])),
    rule(N14, atom(N).charge(1, 3).with(&[triple(ALIPHATIC)])),
    rule(N14, atom(N).charge(-3, -1)),
    rule(N14, atom(N).charge(1, 3).with(&[Arm(Joined::Double, atom(N).charge(-3, -1)), double(N)])),
    rule(NS, atom(N)),
];

/// Aromatic nitrogen.
pub(super) const AROMATIC_NITROGEN: &[Rule] =
    &[rule(N11, atom(ANY).charge(0, 0)), rule(N12, atom(ANY).charge(1, 3)), rule(NS, atom(ANY))];

/// Oxygen that is not aromatic.
pub(super) const OXYGEN: &[Rule] = &[
    rule(O2, atom(O).hydrogens(1, 2)),
    rule(O3, atom(O).with(&[single(ALIPHATIC), single(ALIPHATIC)])),
    rule(O4, atom(O).with(&[single(AROMATIC), single(HEAVY)])),
    rule(O5, atom(O).with(&[double(NITROGENS | OXYGENS)])),
    rule(O5, atom(O).connections(1).charge(-3, -1).with(&[single(NITROGENS)])),
    rule(O6, atom(O).connections(1).charge(-2, -1).with(&[single(SULFURS)])),
    rule(O6, atom(O).charge(0, 0).with(&[Arm(Joined::Double, atom(SULFURS).charge(0, 0))])),
    rule(O12, atom(O).charge(-1, -1).with(&[carbon(&[double(O)])])),
    rule(O7, atom(O).connections(1).charge(-3, -1).with(&[single(HEAVY & !(N | S))])),
    rule(O8, atom(O).with(&[double(AROMATIC_C)])),
    rule(O9, atom(O).with(&[formyl(1, &[single(C)])])),
    rule(O9, atom(O).with(&[carbonyl(&[single(C), single(ALIPHATIC)])])),
    rule(O9, atom(O).with(&[formyl(1, &[single(N | O)])])),
    rule(O9, atom(O).with(&[formyl(2, &[])])),
    rule(O9, atom(O).with(&[Arm(Joined::Double, atom(C).connections(2).with(&[double(O)]))])),
    rule(O10, atom(O).with(&[formyl(1, &[single(AROMATIC_C)])])),
    rule(O10, atom(O).with(&[carbonyl(&[single(CARBONS), single(AROMATIC)])])),
    rule(O10, atom(O).with(&[carbonyl(&[single(AROMATIC_C), single(ALIPHATIC)])])),
    rule(O11, atom(O).with(&[carbonyl(&[single(HEAVY & !CARBONS), single(HEAVY & !CARBONS)])])),
    rule(OS, atom(O)),
];

/// Sulfur that is not aromatic.
pub(super) const SULFUR: &[Rule] = &[
    rule(S2, atom(S).charge(-4, -1)),
    rule(S2, atom(S).charge(1, 3)),
    rule(S2, atom(S).charge(5, 6)),
    rule(S2, atom(S).charge(0, 0).with(&[double(N | O | P | S)])),
    rule(S1, atom(S)),
];

/// Halogens, phosphorus and metals, by atomic number and charge.
pub(super) fn other(number: u8, charge: i8) -> Option<Type> {
    Some(match (number, charge) {
        (9, 0) => FLUORINE,
        (17, 0) => CHLORINE,
        (35, 0) => BROMINE,
        (53, 0) => IODINE,
        (9 | 17 | 35 | 53, -1) | (53, 1..=3) | (3 | 11 | 19 | 37 | 55, 1) => HAL,
        (15, _) => PHOSPHORUS,
        (3 | 11 | 19 | 37 | 55, _)
        | (4 | 12 | 20 | 38 | 56, _)
        | (5 | 13 | 31 | 49 | 81, _)
        | (14 | 32 | 50 | 82, _)
        | (33 | 51 | 83, _)
        | (34 | 52 | 84, _) => ME1,
        (21..=30 | 39..=48 | 72..=80, _) => ME2,
        _ => return None,
    })
}
