//! Molecules to text.

use crate::molecule::{Link, Molecule};
use crate::perception;
use crate::{Atom, BondOrder};

/// Writes a molecule, each part from its first atom, neighbours in order of their indices.
///
/// Aromatic atoms are in lower case. Reading the text again gives an isomorphic molecule.
///
/// ```
/// use molecules::smiles;
/// assert_eq!(smiles::write(&smiles::parse("C1=CC=CC=C1O")?), "c1ccccc1O");
/// # Ok::<(), molecules::SmilesError>(())
/// ```
pub fn write(molecule: &Molecule) -> String {
    let ranks: Vec<usize> = (0..molecule.atom_count()).collect();
    let mut seen = vec![false; molecule.atom_count()];
    let mut texts = Vec::new();
    for root in 0..molecule.atom_count() {
        if seen[root] {
            continue;
        }
        let mut part = vec![root];
        seen[root] = true;
        let mut next = 0;
        while let Some(&atom) = part.get(next) {
            next += 1;
            for link in molecule.links(atom) {
                if !std::mem::replace(&mut seen[link.atom], true) {
                    part.push(link.atom);
                }
            }
        }
        texts.push(write_part(molecule, &part, &ranks));
    }
    texts.join(".")
}

/// Writes one connected part from its atom of lowest rank, neighbours in order of rank.
pub(super) fn write_part(molecule: &Molecule, part: &[usize], ranks: &[usize]) -> String {
    let Some(&root) = part.iter().min_by_key(|&&atom| ranks[atom]) else { return String::new() };
    let walk = Walk::new(molecule, part, ranks, root);
    let mut text = String::with_capacity(part.len() * 3);
    let mut numbers = Numbers::default();
    let mut closing = Vec::new();
    // Texts to write and atoms to visit, last first.
    let mut todo = vec![Todo::Visit(root, None)];
    while let Some(next) = todo.pop() {
        let (atom, from) = match next {
            Todo::Text(piece) => {
                text.push_str(piece);
                continue;
            }
            Todo::Visit(atom, from) => (atom, from),
        };
        if let Some(bond) = from {
            text.push_str(bond_text(molecule, bond));
        }
        write_atom(molecule, atom, &mut text);
        // Ring bonds: those that close here before those that open, nearest partners first.
        closing.clear();
        let rings = walk.sorted(molecule, atom).iter().filter(|link| !walk.is_tree[link.bond]);
        closing.extend(rings.map(|link| (walk.visit[link.atom], link.bond)));
        closing.sort_unstable();
        for &(partner, bond) in &closing {
            if partner < walk.visit[atom] {
                if let Some(number) = numbers.close(bond) {
                    write_number(number, &mut text);
                }
            } else {
                let number = numbers.open(bond);
                text.push_str(bond_text(molecule, bond));
                write_number(number, &mut text);
            }
        }
        // The last child goes on the chain, the others are branches.
        let mut last = true;
        for link in walk
            .sorted(molecule, atom)
            .iter()
            .rev()
            .filter(|link| walk.is_tree[link.bond] && walk.visit[link.atom] > walk.visit[atom])
        {
            if !last {
                todo.push(Todo::Text(")"));
            }
            todo.push(Todo::Visit(link.atom, Some(link.bond)));
            if !last {
                todo.push(Todo::Text("("));
            }
            last = false;
        }
    }
    text
}

enum Todo {
    Text(&'static str),
    Visit(usize, Option<usize>),
}

/// A depth-first walk through one part: when each atom is visited, and by which bonds.
struct Walk {
    /// Neighbours in order of rank, all in one array, and where those of each atom begin.
    links: Vec<Link>,
    start: Vec<usize>,
    visit: Vec<usize>,
    is_tree: Vec<bool>,
}

impl Walk {
    fn new(molecule: &Molecule, part: &[usize], ranks: &[usize], root: usize) -> Self {
        let atoms = molecule.atom_count();
        let mut links = Vec::with_capacity(2 * molecule.bond_count());
        let mut start = vec![0; atoms];
        for &atom in part {
            start[atom] = links.len();
            links.extend_from_slice(molecule.links(atom));
            links[start[atom]..].sort_unstable_by_key(|link| ranks[link.atom]);
        }
        let mut visit = vec![usize::MAX; atoms];
        let mut is_tree = vec![false; molecule.bond_count()];
        let mut clock = 0;
        visit[root] = 0;
        let mut stack = vec![(root, 0)];
        while let Some((atom, next)) = stack.last_mut() {
            let (atom, place) = (*atom, *next);
            *next += 1;
            if place == molecule.links(atom).len() {
                stack.pop();
                continue;
            }
            let link = links[start[atom] + place];
            if visit[link.atom] == usize::MAX {
                clock += 1;
                visit[link.atom] = clock;
                is_tree[link.bond] = true;
                stack.push((link.atom, 0));
            }
        }
        Self { links, start, visit, is_tree }
    }

    /// The neighbours of an atom in order of rank.
    fn sorted(&self, molecule: &Molecule, atom: usize) -> &[Link] {
        &self.links[self.start[atom]..][..molecule.links(atom).len()]
    }
}

/// Numbers of ring bonds that are open.
#[derive(Default)]
struct Numbers {
    open: Vec<Option<usize>>,
}

impl Numbers {
    fn open(&mut self, bond: usize) -> usize {
        let free = self.open.iter().position(Option::is_none);
        let place = free.unwrap_or_else(|| {
            self.open.push(None);
            self.open.len() - 1
        });
        self.open[place] = Some(bond);
        place + 1
    }

    fn close(&mut self, bond: usize) -> Option<usize> {
        let place = self.open.iter().position(|open| *open == Some(bond))?;
        self.open[place] = None;
        Some(place + 1)
    }
}

fn write_number(number: usize, text: &mut String) {
    match number {
        0..10 => text.push_str(&number.to_string()),
        10..100 => text.push_str(&format!("%{number}")),
        _ => text.push_str(&format!("%({number})")),
    }
}

fn bond_text(molecule: &Molecule, index: usize) -> &'static str {
    let bond = molecule.bond_at(index);
    if bond.aromatic {
        return "";
    }
    match bond.order {
        BondOrder::Single => {
            let ends = molecule.graph().raw_edges()[index].source().index();
            let other = molecule.graph().raw_edges()[index].target().index();
            // Between aromatic atoms no symbol would mean an aromatic bond.
            if molecule.at(ends).aromatic && molecule.at(other).aromatic { "-" } else { "" }
        }
        BondOrder::Double => "=",
        BondOrder::Triple => "#",
        BondOrder::Quadruple => "$",
    }
}

fn write_atom(molecule: &Molecule, index: usize, text: &mut String) {
    let atom = molecule.at(index);
    let symbol = atom.element.symbol();
    if is_bare(molecule, index, atom) {
        push_symbol(symbol, atom.aromatic, text);
        return;
    }
    text.push('[');
    if let Some(isotope) = atom.isotope {
        text.push_str(&isotope.to_string());
    }
    push_symbol(symbol, atom.aromatic, text);
    match atom.hydrogens() {
        0 => {}
        1 => text.push('H'),
        count => text.push_str(&format!("H{count}")),
    }
    match atom.charge {
        0 => {}
        1 => text.push('+'),
        -1 => text.push('-'),
        charge => text.push_str(&format!("{charge:+}")),
    }
    if let Some(class) = atom.class {
        text.push_str(&format!(":{class}"));
    }
    text.push(']');
}

fn push_symbol(symbol: &str, aromatic: bool, text: &mut String) {
    if aromatic {
        text.extend(symbol.chars().map(|character| character.to_ascii_lowercase()));
    } else {
        text.push_str(symbol);
    }
}

/// Whether the atom can do without brackets: reading it bare gives the same hydrogens.
fn is_bare(molecule: &Molecule, index: usize, atom: &Atom) -> bool {
    let plain = atom.charge == 0 && atom.isotope.is_none() && atom.class.is_none();
    if !plain || !atom.element.is_organic() {
        return false;
    }
    let bonds = molecule.links(index).iter().map(|link| {
        let bond = molecule.bond_at(link.bond);
        if bond.aromatic { 1 } else { bond.order.pairs() }
    });
    let implied = perception::implicit_hydrogens(atom.element, bonds.sum(), atom.aromatic);
    u32::from(implied) == atom.hydrogens()
}
