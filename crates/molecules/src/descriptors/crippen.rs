//! Octanol–water partition coefficient from atom types.

use crate::Element;
use crate::descriptors::Site;
use crate::molecule::Molecule;

/// The decadic logarithm of the octanol–water partition coefficient: each atom, hydrogens
/// included, has a type with a contribution; the contributions add up.
///
/// Where an atom fits several types of the paper's table, the first one counts; anions of
/// carboxylic acids come before other anions, and ions of sulfur before sulfur.
///
/// Reference: S. A. Wildman, G. M. Crippen, *Prediction of physicochemical parameters by atomic
/// contributions*, Journal of Chemical Information and Computer Sciences 39 (1999), table 1.
pub fn crippen_log_p(molecule: &Molecule) -> f64 {
    Site::all(molecule)
        .map(|site| {
            let own = match site.element {
                Element::HYDROGEN => match site.bonds().next() {
                    Some((_, host)) => on(host),
                    None => 0.1125, // HS
                },
                Element::CARBON => carbon(site),
                Element::NITROGEN => nitrogen(site),
                Element::OXYGEN => oxygen(site),
                _ => other(site),
            };
            let implicit = f64::from(molecule.at(site.index).hydrogens());
            if implicit > 0.0 { own + implicit * on(site) } else { own }
        })
        .sum()
}

/// Elements of side chains that change the type of a carbon.
const HETERO: [Element; 8] = [
    Element::NITROGEN,
    Element::OXYGEN,
    Element::PHOSPHORUS,
    Element::SULFUR,
    Element::FLUORINE,
    Element::CHLORINE,
    Element::BROMINE,
    Element::IODINE,
];

/// A hydrogen on `host`.
fn on(host: Site<'_>) -> f64 {
    const H1: f64 = 0.123;
    const H2: f64 = -0.2677;
    const H3: f64 = 0.2142;
    const H4: f64 = 0.298;
    const HS: f64 = 0.1125;
    if host.is(Element::CARBON) || host.is(Element::HYDROGEN) {
        return H1;
    }
    if host.is(Element::NITROGEN) {
        return H3;
    }
    if !host.is_aliphatic(Element::OXYGEN) {
        return H2;
    }
    let ends = || host.heavy().map(|(_, end)| end);
    let alcohol = |end: Site<'_>| match end.element {
        Element::CARBON => end.aromatic || end.connections == 4,
        Element::NITROGEN | Element::OXYGEN | Element::SULFUR => false,
        _ => true,
    };
    // Water: the other hydrogen is no C, N, O or S either.
    if host.hydrogens > 1 || ends().any(alcohol) {
        return H2;
    }
    if ends().any(|end| end.is(Element::NITROGEN)) {
        return H3;
    }
    let acid = ends().any(|end| {
        end.is_aliphatic_in(&[Element::OXYGEN, Element::SULFUR])
            || end.is_aliphatic(Element::CARBON)
                && end.bonds().any(|(bond, far)| {
                    bond.is_double()
                        && (far.is(Element::CARBON)
                            || far.is(Element::NITROGEN)
                            || far.is_aliphatic_in(&[Element::OXYGEN, Element::SULFUR]))
                })
    });
    if acid { H4 } else { HS }
}

fn carbon(site: Site<'_>) -> f64 {
    if site.aromatic { aromatic_carbon(site) } else { aliphatic_carbon(site) }
}

fn aliphatic_carbon(site: Site<'_>) -> f64 {
    const CS: f64 = 0.08129;
    let joined = || site.heavy().filter(|(bond, _)| bond.is_single()).map(|(_, end)| end);
    let carbons = joined().filter(|end| end.is_aliphatic(Element::CARBON)).count();
    let aliphatic = joined().filter(|end| !end.aromatic).count();
    let hetero = joined().any(|end| end.is_aliphatic_in(&HETERO));
    let tetrahedral = site.connections == 4;
    // An aromatic neighbour comes before hetero atoms: C10 to C12, not C3 and C4.
    let between = tetrahedral && hetero;
    match site.hydrogens {
        4 => return 0.1441,                               // C1
        3 if carbons >= 1 => return 0.1441,               // C1
        2 if carbons >= 2 => return 0.1441,               // C1
        1 if carbons >= 3 => return 0.0,                  // C2
        _ if carbons >= 4 => return 0.0,                  // C2
        3 if hetero => return -0.2035,                    // C3
        2 if between && aliphatic >= 2 => return -0.2035, // C3
        1 if between && aliphatic >= 3 => return -0.2051, // C4
        0 if between && aliphatic >= 4 => return -0.2051, // C4
        _ => {}
    }
    let double = || site.heavy().filter(|(bond, _)| bond.is_double()).map(|(_, end)| end);
    if double().any(|end| !end.aromatic && !end.is(Element::CARBON)) {
        return -0.2783; // C5
    }
    let olefins = double().filter(|end| end.is_aliphatic(Element::CARBON)).count();
    match site.hydrogens {
        2 if olefins >= 1 => return 0.1551,                   // C6
        1 if olefins >= 1 && aliphatic >= 1 => return 0.1551, // C6
        0 if olefins >= 1 && aliphatic >= 2 => return 0.1551, // C6
        _ if olefins >= 2 => return 0.1551,                   // C6
        _ => {}
    }
    let triple = site.heavy().any(|(bond, end)| bond.is_triple() && !end.aromatic);
    if site.connections == 2 && triple {
        return 0.0017; // C7
    }
    let aromatic = joined().filter(|end| end.aromatic).count();
    let on_carbon = joined().any(|end| end.aromatic && end.is(Element::CARBON));
    if aromatic >= 1 {
        match site.hydrogens {
            3 if on_carbon => return 0.08452,   // C8
            3 => return -0.1444,                // C9
            2 if tetrahedral => return -0.0516, // C10
            1 if tetrahedral => return 0.1193,  // C11
            0 if tetrahedral => return -0.0967, // C12
            _ => {}
        }
        let more = aliphatic >= 1 || (on_carbon && aromatic >= 2) || site.hydrogens == 1;
        if olefins >= 1 && more {
            return 0.264; // C26
        }
    }
    if double().any(|end| end.aromatic && end.is(Element::CARBON)) {
        return 0.264; // C26
    }
    let unusual =
        |end: Site<'_>| !end.aromatic && !end.is(Element::CARBON) && !end.is_aliphatic_in(&HETERO);
    if tetrahedral && joined().any(unusual) {
        return 0.2148; // C27
    }
    CS
}

fn aromatic_carbon(site: Site<'_>) -> f64 {
    const CS: f64 = 0.08129;
    let outside = site.heavy().find(|(bond, _)| !bond.aromatic);
    let in_rings = site.heavy().filter(|(bond, end)| bond.aromatic && end.aromatic).count();
    if let Some((bond, end)) = outside
        && site.hydrogens == 0
        && bond.is_single()
        && !end.aromatic
        && !end.is(Element::CARBON)
        && !end.is_aliphatic_in(&HETERO)
    {
        return -0.5443; // C13
    }
    let halogen = site.heavy().find_map(|(_, end)| match end.element {
        Element::FLUORINE => Some(0.0),   // C14
        Element::CHLORINE => Some(0.245), // C15
        Element::BROMINE => Some(0.198),  // C16
        Element::IODINE => Some(0.0),     // C17
        _ => None,
    });
    if let Some(halogen) = halogen {
        return halogen;
    }
    if site.hydrogens == 1 {
        return 0.1581; // C18
    }
    if in_rings >= 3 {
        return 0.2955; // C19
    }
    let Some((bond, end)) = outside.filter(|_| in_rings == 2) else { return CS };
    if bond.is_single() {
        return match end.element {
            _ if end.aromatic => 0.2713, // C20
            Element::CARBON => 0.136,    // C21
            Element::NITROGEN => 0.4619, // C22
            Element::OXYGEN => 0.5437,   // C23
            Element::SULFUR => 0.1893,   // C24
            _ => CS,
        };
    }
    let known = [Element::CARBON, Element::NITROGEN, Element::OXYGEN];
    if bond.is_double() && end.is_aliphatic_in(&known) { -0.8186 } else { CS } // C25
}

fn nitrogen(site: Site<'_>) -> f64 {
    const NS: f64 = -0.4806;
    if site.aromatic {
        return match site.charge {
            0 => -0.3239,  // N11
            1.. => -1.119, // N12
            _ => NS,
        };
    }
    let joined = || site.heavy().filter(|(bond, _)| bond.is_single());
    let aliphatic = joined().filter(|(_, end)| !end.aromatic).count();
    let aromatic = joined().filter(|(_, end)| end.aromatic).count();
    let double = site.heavy().filter(|(bond, _)| bond.is_double()).count();
    let triple = site.heavy().any(|(bond, end)| bond.is_triple() && !end.aromatic);
    if site.charge == 0 {
        return match site.hydrogens {
            2 if aliphatic >= 1 => -1.019,                              // N1
            1 if aliphatic >= 2 => -0.7096,                             // N2
            2 if aromatic >= 1 => -1.027,                               // N3
            1 if aromatic >= 1 && aliphatic + aromatic >= 2 => -0.5188, // N4
            1 if double >= 1 => 0.08387,                                // N5
            _ if double >= 1 && aliphatic + aromatic >= 1 => 0.1836,    // N6
            _ if aliphatic >= 3 => -0.3187,                             // N7
            _ if aromatic >= 1 && aliphatic >= 1 && aliphatic + aromatic >= 3 => -0.4458, // N8
            _ if aromatic >= 3 => -0.4458,                              // N8
            _ if triple => 0.01508,                                     // N9
            _ => NS,
        };
    }
    if site.charge < 0 {
        return 0.2887; // N14
    }
    let iminium = double >= 1 && aliphatic >= 1 && double + aliphatic + aromatic >= 3;
    let cumulated = double == 2 && {
        let ends = || site.heavy().filter(|(bond, _)| bond.is_double()).map(|(_, end)| end);
        ends().any(|end| end.is(Element::CARBON)) && ends().any(|end| end.is(Element::NITROGEN))
    };
    let azide = double == 2 && {
        let ends = || site.heavy().map(|(_, end)| end);
        ends().any(|end| end.is_aliphatic(Element::NITROGEN) && end.charge < 0)
            && ends().all(|end| end.is_aliphatic(Element::NITROGEN))
    };
    match site.hydrogens {
        1..=3 => -1.95,                                         // N10
        0 if aliphatic >= 4 || iminium || cumulated => -0.3396, // N13
        _ if triple || azide => 0.2887,                         // N14
        _ => NS,
    }
}

fn oxygen(site: Site<'_>) -> f64 {
    const OS: f64 = -0.1188;
    if site.aromatic {
        return 0.1552; // O1
    }
    if matches!(site.hydrogens, 1 | 2) {
        return -0.2893; // O2
    }
    let joined = || site.heavy().filter(|(bond, _)| bond.is_single()).map(|(_, end)| end);
    let aliphatic = joined().filter(|end| !end.aromatic).count();
    let aromatic = joined().filter(|end| end.aromatic).count();
    if aliphatic >= 2 {
        return -0.0684; // O3
    }
    if aromatic >= 1 && aliphatic + aromatic >= 2 {
        return -0.4195; // O4
    }
    let double = site.heavy().find(|(bond, _)| bond.is_double()).map(|(_, end)| end);
    let ion = site.connections == 1 && site.charge < 0;
    if double.is_some_and(|end| end.is(Element::NITROGEN) || end.is(Element::OXYGEN))
        || ion && joined().any(|end| end.is(Element::NITROGEN))
    {
        return 0.0335; // O5
    }
    if ion && joined().any(|end| end.is(Element::SULFUR)) {
        return -0.3339; // O6
    }
    let carboxylate = |end: Site<'_>| {
        end.is_aliphatic(Element::CARBON)
            && end.bonds().any(|(bond, far)| bond.is_double() && far.is_aliphatic(Element::OXYGEN))
    };
    if site.charge == -1 && joined().any(carboxylate) {
        return -1.326; // O12
    }
    let plain = |end: Site<'_>| !end.is_aliphatic_in(&[Element::NITROGEN, Element::SULFUR]);
    if ion && joined().any(plain) {
        return -1.189; // O7
    }
    match double {
        Some(end) if end.is(Element::CARBON) && end.aromatic => 0.1788, // O8
        Some(end) if end.is(Element::CARBON) => carbonyl(site, end).unwrap_or(OS),
        _ => OS,
    }
}

/// The oxygen of C=O, by what else the carbon bears.
fn carbonyl(oxygen: Site<'_>, carbon: Site<'_>) -> Option<f64> {
    const O9: f64 = -0.1526;
    const O10: f64 = 0.1129;
    const O11: f64 = 0.4833;
    let others: Vec<Site<'_>> = carbon
        .heavy()
        .filter(|(bond, end)| end.index != oxygen.index && !bond.is_double())
        .map(|(_, end)| end)
        .collect();
    let count = |fits: &dyn Fn(&&Site<'_>) -> bool| others.iter().filter(fits).count();
    let aliphatic_carbons = count(&|end| end.is_aliphatic(Element::CARBON));
    let aromatic_carbons = count(&|end| end.aromatic && end.is(Element::CARBON));
    let aromatic = count(&|end| end.aromatic);
    let aliphatic = others.len() - aromatic;
    let hetero = others.len() - aliphatic_carbons - aromatic_carbons;
    let bridging = count(&|end| end.is_aliphatic_in(&[Element::NITROGEN, Element::OXYGEN]));
    let dioxide = carbon.connections == 2
        && carbon.heavy().filter(|(bond, end)| bond.is_double() && end.is(Element::OXYGEN)).count()
            == 2;
    let formyl = carbon.hydrogens == 1;
    if formyl && (aliphatic_carbons >= 1 || bridging >= 1)
        || aliphatic_carbons >= 1 && aliphatic >= 2
        || carbon.hydrogens == 2
        || dioxide
    {
        return Some(O9);
    }
    if formyl && aromatic_carbons >= 1
        || aliphatic_carbons + aromatic_carbons >= 1 && aromatic >= 1 && others.len() >= 2
        || aromatic_carbons >= 1 && aliphatic >= 1
    {
        return Some(O10);
    }
    (hetero >= 2).then_some(O11)
}

/// Halogens, phosphorus, sulfur and metals.
fn other(site: Site<'_>) -> f64 {
    const ION: f64 = -2.996;
    const METAL: f64 = -0.3808;
    let number = site.element.atomic_number();
    match (number, site.charge) {
        (9, 0) => 0.4202,
        (17, 0) => 0.6895,
        (35, 0) => 0.8456,
        (53, 0) => 0.8857,
        (9 | 17 | 35 | 53, ..0) | (53, 1..) => ION,
        (3 | 11 | 19 | 37 | 55, 1) => ION,
        (15, _) => 0.8612,
        (16, _) if site.aromatic => 0.6237, // S3
        (16, 0) => 0.6482,                  // S1
        (16, _) => -0.0024,                 // S2
        (3 | 11 | 19 | 37 | 55 | 4 | 12 | 20 | 38 | 56, _) => METAL,
        (5 | 13 | 31 | 49 | 81 | 14 | 32 | 50 | 82, _) => METAL,
        (33 | 51 | 83 | 34 | 52 | 84, _) => METAL,
        (21..=30 | 39..=48 | 72..=80, _) => -0.0025,
        _ => 0.0,
    }
}
