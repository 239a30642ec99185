//! The macro that gives a generic routine its two Fortran symbols.

/// The type of an argument: Fortran passes everything by address.
macro_rules! argument {
    ($t:ty, letter) => { *const std::ffi::c_char };
    ($t:ty, integer) => { *const i32 };
    ($t:ty, scalar) => { *const $t };
    ($t:ty, input) => { *const $t };
    ($t:ty, output) => { *mut $t };
    ($t:ty, integers) => { *mut i32 };
}

/// What the generic routine receives: letters, integers and scalars by value.
macro_rules! value {
    ($p:ident, letter) => {
        *$p as u8
    };
    ($p:ident, integer) => {
        *$p
    };
    ($p:ident, scalar) => {
        *$p
    };
    ($p:ident, $array:ident) => {
        $p
    };
}

/// `export!(blas gemm as dgemm_ sgemm_ (transa: letter, ...))` exports `gemm::<f64>` and
/// `gemm::<f32>`.  After `lapack` the symbols take one more argument, INFO.
macro_rules! export {
    ($library:ident $routine:ident as $double:ident $single:ident $arguments:tt) => {
        export!($library $routine $double f64 $arguments);
        export!($library $routine $single f32 $arguments);
    };
    (blas $routine:ident $symbol:ident $t:ident ($($name:ident: $kind:ident),+)) => {
        #[doc = concat!("[`", stringify!($routine), "`] over `", stringify!($t), "`.")]
        ///
        /// # Safety
        /// The arguments address what the reference BLAS documents.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $symbol($($name: argument!($t, $kind)),+) {
            // SAFETY: by contract.
            let outcome = unsafe { $routine::<$t>($(value!($name, $kind)),+) };
            super::stop_if_illegal(stringify!($symbol), outcome);
        }
    };
    (lapack $routine:ident $symbol:ident $t:ident ($($name:ident: $kind:ident),+)) => {
        #[doc = concat!("[`", stringify!($routine), "`] over `", stringify!($t), "`.")]
        ///
        /// # Safety
        /// The arguments address what LAPACK documents.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $symbol($($name: argument!($t, $kind)),+, info: *mut i32) {
            // SAFETY: by contract.
            unsafe {
                let outcome = $routine::<$t>($(value!($name, $kind)),+);
                *info = outcome.err().unwrap_or(0);
            }
        }
    };
}
