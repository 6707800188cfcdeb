"""Molecules as text and numbers in RDKit, on one thread."""

import numpy as np
from protocol import Peer

peer = Peer(__doc__)


def lines(name):
    return peer.inputs[name].tobytes().decode().split("\n")


def measure():
    from rdkit import Chem, RDLogger
    from rdkit.Chem import Crippen, Descriptors, rdMolDescriptors

    RDLogger.DisableLog("rdApp.*")
    texts = lines("smiles")
    name = "molecules/parse"
    if peer.wants(name):
        parse = lambda: [Chem.MolFromSmiles(text) for text in texts]  # noqa: E731
        peer.add(name, "RDKit", "MolFromSmiles", peer.time(parse))
    name = "molecules/parse-and-canonical"
    if peer.wants(name):
        canonical = lambda text: Chem.MolToSmiles(Chem.MolFromSmiles(text))  # noqa: E731
        theirs = [canonical(text) for text in texts]
        # RDKit reads the same molecules out of our canonical texts.
        others = sum(canonical(ours) != text for ours, text in zip(lines("canonical"), theirs))
        seconds = peer.time(lambda: [canonical(text) for text in texts])
        what = "MolFromSmiles and MolToSmiles"
        peer.add(name, "RDKit", what, seconds, other_molecules=float(others))
    name = "molecules/descriptors"
    if peer.wants(name):
        molecules = [Chem.MolFromSmiles(text) for text in texts]

        def describe(molecule):
            return (
                Descriptors.MolWt(molecule),
                rdMolDescriptors.CalcTPSA(molecule),
                Crippen.MolLogP(molecule),
                rdMolDescriptors.CalcMolFormula(molecule),
                molecule.GetNumHeavyAtoms(),
                rdMolDescriptors.CalcNumRings(molecule),
                rdMolDescriptors.CalcNumAromaticRings(molecule),
                rdMolDescriptors.CalcNumRotatableBonds(molecule),
                rdMolDescriptors.CalcNumHBD(molecule),
                rdMolDescriptors.CalcNumHBA(molecule),
            )

        rows = np.array([describe(molecule)[:3] for molecule in molecules], np.float32)
        # Rings whose aromaticity is a matter of definition, not rounding.
        apart = np.abs(rows - peer.inputs[f"{name}.result"]).max(1) > 1e-3
        # RDKit keeps what it has computed of a molecule: every run reads them anew, unmeasured.
        fresh = lambda: ([Chem.MolFromSmiles(text) for text in texts],)  # noqa: E731
        seconds = peer.time(lambda molecules: [describe(m) for m in molecules], fresh)
        what = "the same descriptors"
        peer.add(name, "RDKit", what, seconds, molecules_that_differ=float(apart.sum()))


if peer.uses("rdkit"):
    measure()
peer.answer()
