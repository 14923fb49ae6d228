#pragma once

#include <cstddef>

namespace muster {

/// Bounds what calls on this thread take of the heap, from its making to its end: SpiderMonkey
/// counts neither texts nor arrays nor buffers, and one call of `normalize` would take a gigabyte.
/// What a call takes beyond `bytes` (less what it gave back) in pieces of 256 KiB or more it does
/// not get, and takes that for a machine without memory. Smaller pieces it always gets: not
/// everywhere can the engine live without them.
///
/// Does nothing under a sanitizer, which has an allocator of its own.
class bounded_memory {
public:
  explicit bounded_memory(std::size_t bytes) noexcept;
  ~bounded_memory();
  bounded_memory(const bounded_memory&) = delete;
  bounded_memory& operator=(const bounded_memory&) = delete;

  bool exceeded() const noexcept;
};

} // namespace muster
