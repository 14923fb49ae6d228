#pragma once

// Debian's CAF is not instrumented, so the thread sanitizer cannot see the order that it makes:
// whoever comes first tells it by `release_to`, whoever comes after by `acquire_from`, at an
// address that both know. Nothing in other builds.

#ifdef __SANITIZE_THREAD__
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#endif

namespace muster {

inline void release_to([[maybe_unused]] const void* address) noexcept {
#ifdef __SANITIZE_THREAD__
  __tsan_release(const_cast<void*>(address));
#endif
}

inline void acquire_from([[maybe_unused]] const void* address) noexcept {
#ifdef __SANITIZE_THREAD__
  __tsan_acquire(const_cast<void*>(address));
#endif
}

} // namespace muster
