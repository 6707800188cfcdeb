//! Names of groups, representations and elements.

use groups::compact::{Isometries, O2, O3, SO2, SO3};
use groups::spec::SpecError;
use groups::{AnyGroup, Cyclic, Dihedral, FiniteGroup, Group, Space, Symmetric, Symmetry, laws};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Name and order, after the laws are checked.
fn group(text: &str) -> Result<(String, String), SpecError> {
    let group = AnyGroup::parse(text)?;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    laws::check_group(&group, 20, &mut rng).unwrap();
    for _ in 0..50 {
        let g = group.sample(&mut rng);
        let written = group.name_of(&g);
        let read = group.parse_element(&written).unwrap();
        assert!(group.same(&read, &g), "{written}");
    }
    match &group {
        AnyGroup::Finite(group) => {
            for (_, rep) in group.named_representations() {
                laws::check_representation(&rep, 10, 1e-9, &mut rng).unwrap();
            }
        }
        AnyGroup::Isometries(group) => {
            let g = group.sample(&mut rng);
            let m = group.matrix(&g);
            assert!((group.natural().matrix(&g) - &m).amax() < 1e-14);
            assert!(group.reflects() || m.determinant() > 0.0);
        }
    }
    Ok((group.name(), group.order().to_string()))
}

/// Name and dimension, after the laws are checked.
fn describe(group: &str, text: &str) -> Result<(String, usize), SpecError> {
    let space = Space::parse(group, text)?;
    laws::check_representation(&space, 10, 1e-9, &mut ChaCha8Rng::seed_from_u64(1)).unwrap();
    Ok((space.name(), space.dim()))
}

#[test]
fn groups_have_the_order_of_their_name() {
    let known = [
        ("c8", "C8", 8),
        ("D4", "D4", 8),
        ("s9", "S9", 362_880),
        ("a5", "A5", 60),
        ("q8", "Q8", 8),
        ("t", "T", 12),
        ("td", "Td", 24),
        ("O", "O", 24),
        ("oh", "Oh", 48),
        ("i", "I", 60),
        ("Ih", "Ih", 120),
        ("c2xc3", "C2 × C3", 6),
        ("c2 x d3 x c2", "C2 × D3 × C2", 24),
    ];
    for (text, name, order) in known {
        assert_eq!(group(text).unwrap(), (name.to_owned(), order.to_string()), "{text}");
    }
    assert_eq!(group("b4").unwrap().1, "384");
    for (text, name) in [("so2", "SO(2)"), ("O(2)", "O(2)"), ("SO3", "SO(3)"), ("o3", "O(3)")] {
        assert_eq!(group(text).unwrap().0, name);
    }
}

#[test]
fn representations_have_the_dimension_of_their_terms() {
    let known = [
        ("c8", "16 x regular", "16 × regular of C8", 128),
        ("c8", "16xregular", "16 × regular of C8", 128),
        ("c8", "2 * irrep 1 + irrep4", "2 × irrep 1 ⊕ irrep 4 of C8", 5),
        ("d4", "4 x regular + 2 x trivial", "4 × regular ⊕ 2 × trivial of D4", 34),
        ("d4", "E1 + a2", "E1 ⊕ A2 of D4", 3),
        ("s9", "9 x 8", "9 nodes × 8 of S9", 72),
        ("s9", "9 nodes x 8 + sign", "9 nodes × 8 ⊕ sign of S9", 73),
        ("s9", "natural", "natural of S9", 9),
        ("a5", "5 x 2", "5 nodes × 2 of A5", 10),
        ("q8", "2 x irrep 4", "2 × irrep 4 of Q8", 8),
        ("oh", "3 x natural", "3 × defining of Oh", 9),
        ("so2", "9 x 2 + trivial", "9 × frequency 1 ⊕ trivial of SO(2)", 19),
        ("o2", "frequency 3 + 2 x determinant", "frequency 3 ⊕ 2 × determinant of O(2)", 4),
        ("so3", "9 points x 3", "9 × vectors of SO(3)", 27),
        ("so3", "2 x l2 + degree 1", "2 × degree 2 ⊕ degree 1 of SO(3)", 13),
        ("o3", "8x0e + 4x1o+2e", "8 × trivial ⊕ 4 × degree 1, odd ⊕ degree 2, even of O(3)", 25),
        (
            "o3",
            "l1 + l2 + degree 1, even",
            "degree 1, odd ⊕ degree 2, even ⊕ degree 1, even of O(3)",
            11,
        ),
    ];
    for (of, text, name, dim) in known {
        let got = describe(of, text).unwrap();
        assert_eq!(got, (name.to_owned(), dim), "{of}, {text}");
    }
    assert_eq!(describe("b4", "2 x natural").unwrap().1, 8);
}

#[test]
fn unknown_words_come_with_the_closest_known_one() {
    let closest_group = |text: &str| match group(text).unwrap_err() {
        SpecError::UnknownGroup { closest, .. } => closest,
        other => panic!("{other}"),
    };
    assert_eq!(closest_group("e8"), Some("c8".into()));
    assert_eq!(closest_group("cc12"), Some("c12".into()));
    assert_eq!(closest_group("q9"), Some("c9".into()));
    assert_eq!(closest_group("monster"), None);
    assert_eq!(closest_group(""), None);
    let error = describe("c8", "16 x regulr").unwrap_err();
    assert_eq!(
        error.to_string(),
        "C8 has no representation `regulr` (did you mean `regular`?); expected regular, trivial, \
         natural, irrep 1, irrep 2, irrep 3, irrep 4"
    );
    // Its irreps are not computed, and not missed.
    let error = describe("s9", "naturl").unwrap_err().to_string();
    assert!(error.contains("did you mean `natural`?"), "{error}");
}

#[test]
fn what_is_no_sum_of_terms_is_refused() {
    let faults = [
        ("", "a term is empty"),
        ("regular +", "a term is empty"),
        ("16", "nothing is multiplied by 16"),
        ("16 regular", "nothing is multiplied by 16"),
        ("0 x regular", "its dimension is 0"),
        ("9 x 8", "C8 does not permute nodes"),
        ("9999999999999 x regular", "its dimension is above 4294967296"),
        ("99999999999999999999999 x regular", "too large to be a multiplicity"),
    ];
    for (text, fault) in faults {
        let error = describe("c8", text).unwrap_err().to_string();
        assert!(error.contains(fault), "{text}: {error}");
    }
    let error = describe("s9", "8 x 9").unwrap_err().to_string();
    assert!(error.contains("S9 moves 9 nodes, not 8"), "{error}");
    let error = describe("o3", "9 x 2").unwrap_err().to_string();
    assert!(error.contains("O(3) moves points of dimension 3, not 2"), "{error}");
    let error = describe("o3", "2 x naturl").unwrap_err().to_string();
    assert!(error.contains("(did you mean `natural`?)"), "{error}");
    let error = describe("so3", "regular").unwrap_err().to_string();
    assert!(error.contains("expected natural, trivial, degree l"), "{error}");
    assert!(describe("so3", "l51").is_err());
    let error = group("c2xo3").unwrap_err().to_string();
    assert_eq!(error, "products are those of finite groups, got the infinite O(3)");
    assert!(group("c0").is_err());
    assert!(group("a1000").is_err());
    assert!(group("c99999999999999999999999").is_err());
}

#[test]
fn generators_are_read_from_files() {
    let dir = std::env::temp_dir().join(format!("groups-spec-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let visit = |name: &str, text: &str| {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        group(path.to_str().unwrap())
    };
    let turns = visit("turns.json", r#"{"matrices": [[[0, -1], [1, 0]]]}"#).unwrap();
    assert_eq!(turns, ("turns".into(), "4".into()));
    // As 32-bit numbers are printed.
    let sixths = visit("c6.json", r#"{"matrices": [[[0.5, -0.8660254], [0.8660254, 0.5]]]}"#);
    assert_eq!(sixths.unwrap(), ("c6".into(), "6".into()));
    let h = "0.70710677";
    let eighths = format!(r#"{{"matrices": [[[{h}, -{h}], [{h}, {h}]], [[1, 0], [0, -1]]]}}"#);
    assert_eq!(visit("d8.json", &eighths).unwrap(), ("d8".into(), "16".into()));
    let klein =
        visit("k.json", r#"{"name": "V4", "permutations": [[1, 0, 3, 2], [2, 3, 0, 1]]}"#).unwrap();
    assert_eq!(klein, ("V4".into(), "4".into()));
    for (text, fault) in [
        ("{", "EOF"),
        ("{}", "neither permutations nor matrices"),
        (r#"{"permutations": []}"#, "is empty"),
        (r#"{"permutations": [[1, 1]]}"#, "not a permutation"),
        (r#"{"permutations": [[1, 0], [0, 2, 1]]}"#, "generator 1"),
        (r#"{"matrices": [[[1, 0]]]}"#, "row 0 has 2 entries"),
        (r#"{"matrices": [[[2]]]}"#, "orthogonal"),
        (r#"{"matrices": [[[0.7071, -0.7071], [0.7071, 0.7071]]]}"#, "off by 1.9e-5"),
        (r#"{"matrices": [[[0.8, -0.6], [0.6, 0.8]]]}"#, "perhaps infinite"),
        (r#"{"matrices": [[]]}"#, "the dimension must be at least 1"),
        (r#"{"generators": []}"#, "unknown field"),
    ] {
        let error = visit("bad.json", text).unwrap_err().to_string();
        assert!(error.contains(fault), "{text}: {error}");
    }
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(matches!(group("absent.json"), Err(SpecError::Unreadable { .. })));
}

#[test]
fn rotations_have_names() {
    let quarter = [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
    for text in ["90deg about z", "90° about [0, 0, 2]", "[[0, -1, 0], [1, 0, 0], [0, 0, 1]]"] {
        let g = SO3.read_element(text).unwrap();
        let m = SO3.matrix(&g);
        assert!((0..9).all(|k| (m[(k / 3, k % 3)] - quarter[k / 3][k % 3]).abs() < 1e-15));
    }
    let inversion = O3.read_element("inverted").unwrap();
    assert_eq!(O3.read_element("[[-1, 0, 0], [0, -1, 0], [0, 0, -1]]"), Some(inversion));
    assert_eq!(SO3.read_element("[[-1, 0, 0], [0, -1, 0], [0, 0, -1]]"), None);
    let reflection = O2.read_element("s").unwrap();
    assert_eq!(O2.matrix(&reflection), nalgebra::dmatrix![1.0, 0.0; 0.0, -1.0]);
    assert_eq!(SO2.write_element(&SO2.read_element("420 deg").unwrap()), "60deg");
    assert!(SO2.read_element("60").is_none() && SO2.read_element("60deg s").is_none());
    for wrong in
        ["about z", "60deg about", "60deg about [0, 0, 0]", "60deg", "[[1]]", "NaNdeg about z"]
    {
        assert!(SO3.read_element(wrong).is_none() && O3.read_element(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn elements_have_names() {
    let c8 = Cyclic::new(8).unwrap();
    assert_eq!(c8.read_element("3"), Some(3));
    assert_eq!(c8.read_element("r^-1"), Some(7));
    assert_eq!(c8.read_element("r"), Some(1));
    assert_eq!(c8.read_element("s"), None);
    let d4 = Dihedral::new(4).unwrap();
    assert_eq!(d4.read_element("r^3 s"), Some(d4.element(7)));
    assert_eq!(d4.read_element("s"), Some(d4.element(4)));
    assert_eq!(d4.read_element("6"), Some(d4.element(6)));
    let s4 = Symmetric::new(4).unwrap();
    let swap = s4.read_element("(0 1)(2 3)").unwrap();
    assert_eq!(s4.read_element("[1, 0, 3, 2]"), Some(swap.clone()));
    assert_eq!(s4.read_element(&s4.index(&swap).to_string()), Some(swap));
    for wrong in ["[1, 0]", "(0 9)", "24", "x", ""] {
        assert_eq!(s4.read_element(wrong), None, "{wrong}");
    }
}

/// Turns by angles are those of the plane, with a sign.
#[test]
fn elements_are_angles_and_products_too() {
    for n in [1, 2, 3, 4, 5, 7, 8, 12] {
        let (c, d) = (Cyclic::new(n).unwrap(), Dihedral::new(n).unwrap());
        for k in 0..n {
            let turn = 360.0 * k as f64 / n as f64;
            let texts = [
                format!("{turn}deg"),
                format!("{}°", turn - 360.0),
                format!("{:.2} degrees", turn + 720.0),
                format!("{}rad", turn.to_radians()),
                format!("{}pi/{n} rad", 2 * k),
                format!("r^-{}", n - k),
                format!("r{k}"),
            ];
            for text in &texts {
                assert_eq!(c.read_element(text), Some(k), "{text} of C{n}");
                assert_eq!(d.read_element(text), Some(d.element(k)), "{text} of D{n}");
                let reflected = Some(d.element(n + k));
                assert_eq!(d.read_element(&format!("{text} s")), reflected, "{text} s");
                // s r^k = r^-k s
                let swapped = d.compose(&d.element(n), &d.element(k));
                assert_eq!(d.read_element(&format!("s {text}")), Some(swapped), "s {text}");
            }
        }
    }
    let c8 = Cyclic::new(8).unwrap();
    assert_eq!((c8.read_element("-90deg"), c8.read_element("-1")), (Some(6), Some(7)));
    assert_eq!((c8.read_element("inversion"), c8.read_element("r⁻¹")), (Some(4), Some(7)));
    for text in ["e", "identity", "0deg", "360deg", "r s s r^-1"] {
        assert_eq!(c8.read_element(text), Some(0), "{text}");
    }
    for wrong in ["90", "90 s", "deg", "/deg", "1/0deg", "infdeg", "r^", "r^x", "90deg90", "**"] {
        let d5 = Dihedral::new(5).unwrap();
        assert_eq!(d5.read_element(wrong), None, "{wrong}");
    }
    let says = |text: &str| c8.parse_element(text).unwrap_err().to_string();
    let error = says("50deg");
    assert!(error.contains("45deg (r^1) and 90deg (r^2)"), "{error}");
    assert!(says("-10deg").contains("315deg (r^7) and 360deg (r^0)"));
    assert!(says("q").contains("a number from 0 to 7, a power of the generator"));
    let d3 = Dihedral::new(3).unwrap().parse_element("inversion").unwrap_err().to_string();
    assert!(d3.contains("120deg (r^1) and 240deg (r^2)"), "{d3}");
}

/// Elements of groups of matrices are those that these matrices are.
#[test]
fn elements_of_space_are_known_by_word_and_matrix() {
    use groups::compact::Isometries;
    let oh = groups::MatrixGroup::full_octahedral().unwrap();
    for (text, g) in [
        ("90deg about z", O3.read_element("[[0, -1, 0], [1, 0, 0], [0, 0, 1]]").unwrap()),
        ("inversion", O3.read_element("[[-1, 0, 0], [0, -1, 0], [0, 0, -1]]").unwrap()),
        ("180deg around -x inverted", O3.read_element("180deg about x inverted").unwrap()),
        ("[[0,1,0],[1,0,0],[0,0,1]]", O3.read_element("[[0,1,0],[1,0,0],[0,0,1]]").unwrap()),
        ("identity", O3.identity()),
    ] {
        let found = oh.read_element(text).unwrap_or_else(|| panic!("{text}"));
        assert!((oh.matrix(&found) - O3.matrix(&g)).norm() < 1e-9, "{text}");
    }
    for wrong in ["60deg about z", "48", "[[1, 0], [0, 1]]", "[[1]]"] {
        assert_eq!(oh.read_element(wrong), None, "{wrong}");
    }
    let inversion = O3.read_element("inversion").unwrap();
    assert_eq!(O3.read_element("-1"), Some(inversion));
    assert_eq!(O3.read_element("identity"), Some(O3.identity()));
    assert!(SO3.read_element("inversion").is_none());
    let turn = SO2.read_element("-90deg").unwrap();
    assert!((SO2.matrix(&turn)[(1, 0)] + 1.0).abs() < 1e-15);
    let q8 = groups::TableGroup::quaternion();
    assert_eq!(q8.read_element("e"), Some(q8.identity()));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,24}") {
        let s4 = Symmetric::new(4).unwrap();
        let _ = s4.represent(&text);
        let _ = s4.read_element(&text);
        let _ = Dihedral::new(3).unwrap().parse_element(&text);
        let _ = O3.parse_element(&text);
    }

    #[test]
    fn printed_names_are_read_again(fields in 1usize..9, lines in 1usize..5, n in 1usize..9) {
        let group = Cyclic::new(n).unwrap();
        let rep = group.represent(&format!("{fields} x regular + {lines} x trivial")).unwrap();
        let printed = rep.name();
        let (sum, _) = printed.rsplit_once(" of ").unwrap();
        prop_assert_eq!(group.represent(sum).unwrap().name(), printed);
    }
}
