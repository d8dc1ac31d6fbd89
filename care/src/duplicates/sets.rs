//! Pictures that belong together, joined pair by pair (the union-find algorithm of Galler and Fischer 1964).

/// A set for each picture, which grow together.
#[derive(Debug, Clone)]
pub(super) struct Sets {
    /// Another picture of the same set with a lower id, or the picture itself where there is none.
    lower: Vec<usize>,
}

impl Sets {
    /// So many pictures, each alone.
    pub(super) fn new(pictures: usize) -> Self {
        Self { lower: (0..pictures).collect() }
    }

    /// The lowest picture of the set of this one.
    pub(super) fn lowest(&mut self, picture: usize) -> usize {
        let mut at = picture;
        while self.lower[at] != at {
            self.lower[at] = self.lower[self.lower[at]]; // so that the next way is half as long
            at = self.lower[at];
        }
        at
    }

    /// Makes one set of those of two pictures.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.lowest(a), self.lowest(b));
        self.lower[a.max(b)] = a.min(b);
    }

    /// Whether two pictures are of one set.
    pub(super) fn are_joined(&mut self, a: usize, b: usize) -> bool {
        self.lowest(a) == self.lowest(b)
    }

    /// The sets of two pictures and more, by their lowest pictures; each in the order of the ids.
    pub(super) fn groups(&mut self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.lower.len()];
        for picture in 0..self.lower.len() {
            let lowest = self.lowest(picture);
            members[lowest].push(picture as u32);
        }
        members.retain(|members| members.len() > 1);
        members
    }

    /// The number of the set of each picture, counted from 0 in the order of their lowest pictures.
    pub(super) fn numbers(&mut self) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(self.lower.len());
        let mut count = 0;
        for picture in 0..self.lower.len() {
            let lowest = self.lowest(picture);
            let number = if lowest == picture { count } else { numbers[lowest] };
            count += u32::from(lowest == picture);
            numbers.push(number);
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_pair_by_pair_is_one_group() {
        let mut sets = Sets::new(6);
        sets.join(4, 1);
        sets.join(5, 4);
        sets.join(2, 3);
        assert_eq!(sets.groups(), [vec![1, 4, 5], vec![2, 3]]);
        assert_eq!(sets.numbers(), [0, 1, 2, 2, 1, 1]);
    }
}
