//! As much of complex numbers as finding a tone needs.

use std::ops::{Add, Mul};

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Complex {
    pub re: f32,
    pub im: f32,
}

impl Complex {
    pub const ONE: Complex = Complex { re: 1.0, im: 0.0 };

    /// The number of length one at an angle.
    pub fn turn(angle: f32) -> Complex {
        Complex { re: angle.cos(), im: angle.sin() }
    }

    pub fn conjugate(self) -> Complex {
        Complex { re: self.re, im: -self.im }
    }

    pub fn scaled(self, by: f32) -> Complex {
        Complex { re: self.re * by, im: self.im * by }
    }

    /// The square of its length.
    pub fn square(self) -> f32 {
        self.re * self.re + self.im * self.im
    }

    pub fn angle(self) -> f32 {
        self.im.atan2(self.re)
    }

    /// Takes away what rounding adds to a product of numbers of length one; otherwise a mixer that turns for an hour
    /// would grow or fade.
    pub fn onto_circle(self) -> Complex {
        self.scaled(1.5 - 0.5 * self.square())
    }
}

impl Add for Complex {
    type Output = Complex;

    fn add(self, other: Complex) -> Complex {
        Complex { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Mul for Complex {
    type Output = Complex;

    fn mul(self, other: Complex) -> Complex {
        Complex { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}
