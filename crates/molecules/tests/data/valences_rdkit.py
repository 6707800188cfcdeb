"""Writes `valences_rdkit.csv`: the most single bonds to fluorine that RDKit accepts on an atom of
each element and charge, 9 for 9 and more, and the hydrogens that it adds to an atom of the organic
subset with so many bonds, `-` where it refuses (`python valences_rdkit.py`; the file was written
with RDKit 2026.09.1)."""

import csv
import pathlib

from rdkit import Chem, RDLogger

RDLogger.DisableLog("rdApp.*")
CHARGES = range(-4, 5)
MOST = 9
ORGANIC = {5, 6, 7, 8, 9, 15, 16, 17, 35, 53}


def molecule(number, charge, bonds, bare):
    """The molecule with so many fluorines, or none where RDKit refuses it."""
    atom = Chem.Atom(number)
    atom.SetFormalCharge(charge)
    atom.SetNoImplicit(not bare)
    made = Chem.RWMol()
    made.AddAtom(atom)
    for _ in range(bonds):
        made.AddBond(0, made.AddAtom(Chem.Atom(9)), Chem.BondType.SINGLE)
    try:
        Chem.SanitizeMol(made)
    except Chem.MolSanitizeException:
        return None
    return made


def most_bonds(number, charge):
    accepted = [n for n in range(MOST + 1) if molecule(number, charge, n, False)]
    assert accepted == list(range(len(accepted))) and accepted
    return accepted[-1]


def hydrogens(number, bonds):
    made = molecule(number, 0, bonds, True)
    return made.GetAtomWithIdx(0).GetTotalNumHs() if made else "-"


table = Chem.GetPeriodicTable()
with open(pathlib.Path(__file__).with_suffix(".csv"), "w", newline="") as file:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["element", *(f"{charge:+d}" for charge in CHARGES), "hydrogens"])
    for number in range(1, 119):
        most = [most_bonds(number, charge) for charge in CHARGES]
        added = [hydrogens(number, n) for n in range(8)] if number in ORGANIC else []
        symbol = table.GetElementSymbol(number)
        rows.writerow([symbol, *most, " ".join(map(str, added))])
