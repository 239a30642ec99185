//! The curved rows without all else.

use super::Model;
use crate::solve::descent::normal_form::{NormalForm, SmoothRows};

impl Model {
    /// Of the same unknowns, with neither f nor parts.
    pub fn rows_alone(&self) -> Model {
        let graph = self.slopes.0.clone();
        let rows = self.curves.iter().map(|&expression| SmoothRows {
            expression,
            slopes: vec![(0.0, 0.0); graph.shape(expression).size()],
            source: None,
        });
        Model::new(NormalForm {
            rows: rows.collect(),
            graph,
            packing: self.packing.clone(),
            nodes: self.nodes.clone(),
            smooth: None,
            linear: vec![0.0; self.size],
            constant: 0.0,
            parts: Vec::new(),
            kept_kinks: Vec::new(),
            lifts: Vec::new(),
            at_edges: Vec::new(),
            has_null_vectors: false,
        })
    }
}
