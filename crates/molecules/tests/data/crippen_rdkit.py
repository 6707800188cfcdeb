"""Writes RDKit's logP and atom types beside the SMILES of `crippen_rdkit.csv`
(`python crippen_rdkit.py`). To add a molecule, add a line with its SMILES first.

The file was written with RDKit 2026.09.1. Types are those of all atoms, hydrogens included, in
alphabetical order, `-` for atoms without one."""

import csv
import pathlib

from rdkit import Chem
from rdkit.Chem import Crippen, rdMolDescriptors

path = pathlib.Path(__file__).with_suffix(".csv")
with open(path, newline="") as file:
    smiles = list(dict.fromkeys(row["smiles"] for row in csv.DictReader(file)))
with open(path, "w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["smiles", "logp", "types"])
    for text in smiles:
        molecule = Chem.MolFromSmiles(text)
        whole = Chem.AddHs(molecule)
        count = whole.GetNumAtoms()
        types, labels = [0] * count, [""] * count
        rdMolDescriptors._CalcCrippenContribs(whole, False, types, labels)
        names = sorted(label or "-" for label in labels)
        table.writerow([text, f"{Crippen.MolLogP(molecule):.5f}", " ".join(names)])
