# Character tables of permutation groups, computed by GAP: one group a line, as JSON.
#   gap -q -T character_tables.g < /dev/null > character_tables.jsonl
# Points are counted from 0. A value is an integer, or [n, c_0, ..., c_(n-1)] for the sum of
# c_k exp(2 pi i k / n). Needs the packages smallgrp and transgrp.
LoadPackage("smallgrp", false);; LoadPackage("transgrp", false);;
SetPrintFormattingStatus("*stdout*", false);;

MovedTo := function(g, n)
  return List([1 .. n], p -> p ^ g - 1);
end;;

AsJson := function(x)
  local n;
  if IsInt(x) then return x; fi;
  n := Conductor(x);
  return Concatenation([n], CoeffsCyc(x, n));
end;;

PrintTable := function(name, group)
  local n, classes, table, irreps, text;
  n := LargestMovedPoint(group);
  classes := ConjugacyClasses(group);
  table := CharacterTable(group);
  irreps := Irr(table);
  text := Concatenation(
    "{\"name\":\"", name,
    "\",\"order\":", String(Size(group)),
    ",\"generators\":", String(List(GeneratorsOfGroup(group), g -> MovedTo(g, n))),
    ",\"classes\":", String(List(ConjugacyClasses(table), c -> MovedTo(Representative(c), n))),
    ",\"sizes\":", String(SizesConjugacyClasses(table)),
    ",\"orders\":", String(OrdersClassRepresentatives(table)),
    ",\"indicators\":", String(Indicator(table, irreps, 2)),
    ",\"irreps\":", String(List(irreps, row -> List(row, AsJson))), "}");
  RemoveCharacters(text, " ");
  Print(text, "\n");
end;;

# Groups that act on themselves: quaternionic and complex irreps are among these.
for order in [8, 12, 16, 20, 21, 24] do
  for i in [1 .. NrSmallGroups(order)] do
    group := SmallGroup(order, i);;
    if not IsAbelian(group) and NrConjugacyClasses(group) <= 9 then
      PrintTable(Concatenation("SmallGroup(", String(order), ",", String(i), ")"),
        Image(RegularActionHomomorphism(group)));
    fi;
  od;
od;
for n in [3 .. 9] do
  for i in [1 .. NrTransitiveGroups(n)] do
    group := TransitiveGroup(n, i);;
    if NrConjugacyClasses(group) <= 10 and Size(group) <= 6000 then
      PrintTable(Concatenation("TransitiveGroup(", String(n), ",", String(i), ")"), group);
    fi;
  od;
od;
PrintTable("SL(2,3)", Action(SL(2, 3), Orbit(SL(2, 3), [1, 0] * One(GF(3)))));
PrintTable("SL(2,5)", Action(SL(2, 5), Orbit(SL(2, 5), [1, 0] * One(GF(5)))));
PrintTable("PSL(2,11)", PSL(2, 11));
QUIT;
