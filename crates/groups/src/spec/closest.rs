//! What a misspelt word was meant to be.

/// The candidate with the fewest edits (Damerau–Levenshtein) from `word`, the first of several; none
/// where all are further than half of the longer word.
///
/// ```
/// let known = ["max-filter", "sort", "reynolds"];
/// assert_eq!(groups::spec::closest("maxfilter", known), Some("max-filter"));
/// assert_eq!(groups::spec::closest("xyz", known), None);
/// ```
pub fn closest<S: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = S>) -> Option<S> {
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let length = word.chars().count().max(candidate.as_ref().chars().count());
            let edits = strsim::damerau_levenshtein(word, candidate.as_ref());
            (2 * edits <= length).then_some((edits, candidate))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}
