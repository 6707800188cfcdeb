"""Writes the table of `src/isotopes.rs` from that of RDKit 2026.09.1 (`python isotopes_rdkit.py`):
all isotopes of elements up to calcium, those of others that occur in nature, and radioactive ones
that are used as labels, tracers and sources."""

from rdkit import Chem

USED = """
3H 7Be 10Be 11C 14C 13N 15O 18F 22Na 24Na 26Al 28Mg 32Si 32P 33P 35S 36Cl 37Ar 41Ca 45Ca 47Ca 42K
43K 44Sc 46Sc 47Sc 44Ti 48V 49V 51Cr 52Mn 53Mn 54Mn 52Fe 55Fe 59Fe 60Fe 55Co 56Co 57Co 58Co 60Co
59Ni 63Ni 60Cu 61Cu 62Cu 64Cu 67Cu 62Zn 65Zn 66Ga 67Ga 68Ga 68Ge 72As 73As 74As 77As 72Se 75Se 79Se
75Br 76Br 77Br 82Br 79Kr 81Kr 85Kr 82Rb 83Rb 84Rb 86Rb 82Sr 85Sr 89Sr 90Sr 86Y 87Y 88Y 90Y 91Y 89Zr
93Zr 95Zr 90Nb 94Nb 95Nb 99Mo 94Tc 97Tc 98Tc 99Tc 97Ru 103Ru 106Ru 103Rh 105Rh 103Pd 107Pd 109Pd
110Ag 111Ag 109Cd 111In 114In 113Sn 117Sn 121Sn 126Sn 119Sb 122Sb 124Sb 125Sb 118Te 121Te 127Te
129Te 132Te 120I 122I 123I 124I 125I 126I 128I 129I 130I 131I 132I 133I 135I 127Xe 133Xe 135Xe 129Cs
131Cs 134Cs 135Cs 137Cs 131Ba 133Ba 140Ba 140La 139Ce 141Ce 144Ce 142Pr 143Pr 147Nd 145Pm 147Pm
149Pm 145Sm 151Sm 153Sm 152Eu 154Eu 155Eu 148Gd 153Gd 149Tb 152Tb 155Tb 160Tb 161Tb 165Dy 166Dy
163Ho 166Ho 165Er 169Er 167Tm 170Tm 171Tm 169Yb 175Yb 177Lu 172Hf 175Hf 181Hf 182Ta 178W 181W 185W
188W 186Re 188Re 185Os 191Os 191Ir 192Ir 194Ir 191Pt 193Pt 195Pt 195Au 198Au 199Au 197Hg 203Hg 201Tl
202Tl 204Tl 203Pb 205Pb 210Pb 212Pb 205Bi 206Bi 207Bi 210Bi 212Bi 213Bi 208Po 209Po 210Po 209At
210At 211At 211Rn 220Rn 222Rn 221Fr 223Fr 223Ra 224Ra 225Ra 226Ra 228Ra 225Ac 227Ac 228Ac 227Th
228Th 229Th 230Th 231Pa 233Pa 230U 232U 233U 236U 237Np 239Np 236Pu 238Pu 239Pu 240Pu 241Pu 242Pu
244Pu 241Am 243Am 242Cm 243Cm 244Cm 245Cm 246Cm 247Cm 248Cm 247Bk 249Bk 249Cf 250Cf 251Cf 252Cf
252Es 253Es 254Es 257Fm 258Md 259No 262Lr
"""

table = Chem.GetPeriodicTable()
used = set()
for name in USED.split():
    symbol = name.lstrip("0123456789")
    used.add((table.GetAtomicNumber(symbol), int(name.removesuffix(symbol))))
rows = []
for number in range(1, 119):
    for mass in range(number, 4 * number + 4):
        exact = table.GetMassForIsotope(number, mass)
        natural = table.GetAbundanceForIsotope(number, mass) > 0
        if exact > 0 and (number <= 20 or natural or (number, mass) in used):
            rows.append(f"({number}, {mass}, {round(exact * 1e6)})")
print(len(rows))
print(", ".join(rows))
