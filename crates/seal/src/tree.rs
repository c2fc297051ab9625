//! Chain and tree, grown one event at a time. The tree is the one of RFC 9162: leaves under a zero byte, nodes under a one.

use crate::hash::Hash;

/// A tree of which only the edge is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tree {
    size: u64,
    /// Roots of the complete subtrees, the largest first: one for each one-bit of `size`.
    peaks: Vec<Hash>,
}

impl Tree {
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        // Each one-bit at the end of the size is a subtree that the new leaf completes.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = join(left, node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// Of an empty tree the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => Hash::of(&[]),
            Some(last) => peaks.fold(*last, |right, left| join(*left, right)),
        }
    }
}

/// Where the trail ends: enough to add the next event without reading those before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    tree: Tree,
    chain: Hash,
}

impl Head {
    /// From what was stored; `None` when the parts do not belong together.
    pub fn from_parts(size: u64, chain: Hash, peaks: &[u8]) -> Option<Self> {
        let fits = peaks.len() == size.count_ones() as usize * 32;
        let hash = |bytes: &[u8]| bytes.try_into().map(Hash).ok();
        let peaks = fits.then(|| peaks.chunks_exact(32).map(hash).collect::<Option<_>>())??;
        Some(Self { tree: Tree { size, peaks }, chain })
    }

    pub fn size(&self) -> u64 {
        self.tree.size
    }

    pub fn chain(&self) -> Hash {
        self.chain
    }

    /// To store.
    pub fn peaks(&self) -> Vec<u8> {
        self.tree.peaks.iter().flat_map(|hash| hash.0).collect()
    }

    pub fn push(&mut self, leaf: Hash) {
        self.chain = Hash::of(&[b"pasar-audit-chain-v1\n", &self.chain.0, &leaf.0]);
        self.tree.push(leaf);
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }
}

pub(crate) fn join(left: Hash, right: Hash) -> Hash {
    Hash::of(&[&[1], &left.0, &right.0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As RFC 9162 defines it, section 2.1.1.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(&[]),
            [one] => *one,
            more => {
                let split = more.len().next_power_of_two() / 2;
                join(defined(&more[..split]), defined(&more[split..]))
            }
        }
    }

    proptest! {
        #[test]
        fn the_root_is_that_of_the_definition(seeds in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
            let leaves: Vec<Hash> = seeds.into_iter().map(Hash).collect();
            let mut head = Head::default();
            for (index, leaf) in leaves.iter().enumerate() {
                prop_assert_eq!(head.root(), defined(&leaves[..index]));
                head.push(*leaf);
                head = Head::from_parts(head.size(), head.chain(), &head.peaks()).unwrap();
            }
            prop_assert_eq!(head.root(), defined(&leaves));
        }
    }

    #[test]
    fn parts_that_do_not_belong_together_are_no_head() {
        assert!(Head::from_parts(3, Hash::default(), &[0; 32]).is_none());
        assert!(Head::from_parts(0, Hash::default(), &[]).is_some());
    }
}
