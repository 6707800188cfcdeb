//! Memory that is written past the caches, and asked for before it is read.
//!
//! An ordinary write of a line that is in no cache first reads it from memory, and pushes another one
//! out. Where more is written than caches hold that is a third of all traffic, for nothing.

#[cfg(target_arch = "x86_64")]
use std::any::TypeId;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64 as arch;
use std::marker::PhantomData;

use pulp::Simd;

/// Bytes of a line of the cache.
pub(crate) const LINE: usize = 64;

/// Bytes that are worth it: more than most caches hold, so that what is written first has left them when the last is
/// written. Elsewhere than on x86-64 processors lines are written as any memory is.
pub(crate) const LARGE: usize = if cfg!(target_arch = "x86_64") { 16 << 20 } else { usize::MAX };

/// A line of the cache.
#[cfg(target_arch = "x86_64")]
pub(crate) type Line = arch::__m512i;
#[cfg(not(target_arch = "x86_64"))]
pub(crate) type Line = [u128; 4];

const _: () = assert!(size_of::<Line>() == LINE);

/// Lines that are written one after the other, by one thread.
#[derive(Debug)]
pub(crate) struct Past<'a> {
    lines: &'a mut [Line],
    /// The thread that writes is the one that waits for its writes.
    stays: PhantomData<*mut Line>,
}

impl Past<'_> {
    /// Writes the next lines; nothing after the last one.
    #[inline(always)]
    pub(crate) fn write<S: Simd>(&mut self, simd: S, lines: &[Line]) {
        let to = std::mem::take(&mut self.lines);
        let (now, later) = to.split_at_mut(lines.len().min(to.len()));
        self.lines = later;
        for (to, line) in now.iter_mut().zip(lines) {
            past(simd, to, line);
        }
    }

    /// The same for lines that are in registers, without a loop that would take them to memory and back; nothing
    /// where there is not room for all of them.
    #[inline(always)]
    pub(crate) fn write_all<S: Simd, const N: usize>(&mut self, simd: S, lines: [Line; N]) {
        if let Some((now, later)) = std::mem::take(&mut self.lines).split_first_chunk_mut::<N>() {
            self.lines = later;
            for i in 0..N {
                past(simd, &mut now[i], &lines[i]);
            }
        }
    }
}

/// Writes a line past the caches, which [`past_caches`] waits for.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn past<S: Simd>(_: S, to: &mut Line, line: &Line) {
    if TypeId::of::<S>() == TypeId::of::<pulp::x86::V4>() {
        // SAFETY: `to` is borrowed for writing and as aligned as its type, to 64 bytes. There is a value of
        // type `V4`, and those are made only where the processor has AVX-512. Nothing touches the line
        // before `past_caches` has returned: only a `Past` brings lines here, it borrows them for as long
        // as that function works, and that orders this write before all that follows.
        #[allow(unsafe_code)]
        unsafe {
            arch::_mm512_stream_si512(to, *line);
        }
        return;
    }
    let (to, line): (&mut [arch::__m128i; 4], &[arch::__m128i; 4]) =
        (bytemuck::cast_mut(to), bytemuck::cast_ref(line));
    for (to, part) in to.iter_mut().zip(line) {
        // SAFETY: as above, with 16 bytes, which every x86-64 processor writes at once.
        #[allow(unsafe_code)]
        unsafe {
            arch::_mm_stream_si128(to, *part);
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn past<S: Simd>(_: S, to: &mut Line, line: &Line) {
    *to = *line;
}

/// Does work that writes `lines`, first to last, and returns once they are where all threads see them.
pub(crate) fn past_caches<R>(lines: &mut [Line], work: impl FnOnce(&mut Past<'_>) -> R) -> R {
    /// Does so if `work` panics, too.
    struct Fence;
    impl Drop for Fence {
        fn drop(&mut self) {
            // SAFETY: every x86-64 processor has the instruction, which touches no memory by itself.
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            unsafe {
                arch::_mm_sfence();
            }
        }
    }
    let _fence = Fence;
    work(&mut Past { lines, stays: PhantomData })
}

/// Asks for the line that a value begins in, which is used once, without waiting for it.
#[inline(always)]
pub(crate) fn prefetch<T: ?Sized>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: this reads nothing and faults nowhere; the address is that of a value that is there.
    #[allow(unsafe_code)]
    unsafe {
        arch::_mm_prefetch::<{ arch::_MM_HINT_NTA }>(std::ptr::from_ref(value).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_written_in_order_and_no_further() {
        let numbers: Vec<f32> = (0..4 * 16).map(|i| i as f32).collect();
        let line = |i: usize| -> Line {
            bytemuck::pod_read_unaligned(bytemuck::cast_slice(&numbers[16 * i..][..16]))
        };
        let mut to = [bytemuck::Zeroable::zeroed(); 3];
        let written = past_caches(&mut to[..2], |past| {
            past.write(pulp::Scalar::new(), &[line(0)]);
            past.write(pulp::Scalar::new(), &[line(1), line(2)]);
            past.write(pulp::Scalar::new(), &[line(3)]);
            4
        });
        assert_eq!(written, 4);
        let to: &[f32] = bytemuck::cast_slice(&to);
        assert_eq!(to[..32], numbers[..32]);
        assert!(to[32..].iter().all(|v| *v == 0.0));
        let mut to = [bytemuck::Zeroable::zeroed(); 4];
        past_caches(&mut to[..3], |past| {
            past.write_all(pulp::Scalar::new(), [line(0), line(1)]);
            past.write_all(pulp::Scalar::new(), [line(2), line(3)]);
        });
        let to: &[f32] = bytemuck::cast_slice(&to);
        assert_eq!(to[..32], numbers[..32]);
        assert!(to[32..].iter().all(|v| *v == 0.0));
    }

    #[test]
    fn what_is_written_before_a_panic_stays_written() {
        let mut to: [Line; 2] = [bytemuck::Zeroable::zeroed(); 2];
        let line: Line = bytemuck::cast([1.5f32; 16]);
        let work = std::panic::AssertUnwindSafe(|| {
            past_caches(&mut to, |past| {
                past.write(pulp::Scalar::new(), &[line]);
                panic!("half-way");
            })
        });
        assert!(std::panic::catch_unwind(work).is_err());
        let to: &[f32] = bytemuck::cast_slice(&to);
        assert!(to[..16].iter().all(|v| *v == 1.5) && to[16..].iter().all(|v| *v == 0.0));
    }
}
