//! (filled in by its floor)
