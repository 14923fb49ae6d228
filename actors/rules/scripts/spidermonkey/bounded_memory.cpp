#include "actors/rules/scripts/spidermonkey/bounded_memory.hpp"

#ifdef MUSTER_SANITIZED

namespace muster {

bounded_memory::bounded_memory(std::size_t) noexcept {}
bounded_memory::~bounded_memory() = default;
bool bounded_memory::exceeded() const noexcept {
  return false;
}

} // namespace muster

#else

#include <dlfcn.h>

#include <cerrno>
#include <cstdint>

namespace muster {

namespace {

constexpr std::size_t large_piece = 256 << 10;

/// Without initialisation at run time: the library allocates before the module's own begins.
struct heap_use {
  bool bounded;
  bool exceeded;
  std::int64_t bound;
  std::int64_t used;
};
thread_local heap_use use_of_thread;

/// The heap of the program. Found by name, since the names themselves mean the functions below.
struct program_heap {
  template <class Function>
  static Function* find(const char* name) {
    static void* const program = dlopen(nullptr, RTLD_NOW);
    return reinterpret_cast<Function*>(dlsym(program, name));
  }

  void* (*const malloc)(std::size_t) = find<void*(std::size_t)>("malloc");
  void* (*const calloc)(std::size_t, std::size_t) = find<void*(std::size_t, std::size_t)>("calloc");
  void* (*const realloc)(void*, std::size_t) = find<void*(void*, std::size_t)>("realloc");
  void (*const free)(void*) = find<void(void*)>("free");
  void* (*const memalign)(std::size_t,
                          std::size_t) = find<void*(std::size_t, std::size_t)>("memalign");
  int (*const posix_memalign)(void**, std::size_t, std::size_t) =
      find<int(void**, std::size_t, std::size_t)>("posix_memalign");
  std::size_t (*const usable_size)(void*) = find<std::size_t(void*)>("malloc_usable_size");
};

const program_heap& heap() {
  static const program_heap of_program;
  return of_program;
}

bool may_take(std::size_t bytes) noexcept {
  auto& use = use_of_thread;
  if (!use.bounded || bytes < large_piece || use.used + std::int64_t(bytes) <= use.bound) {
    return true;
  }
  use.exceeded = true;
  return false;
}

void* taken(void* piece) noexcept {
  if (use_of_thread.bounded && piece != nullptr) {
    use_of_thread.used += std::int64_t(heap().usable_size(piece));
  }
  return piece;
}

void given_back(void* piece) noexcept {
  if (use_of_thread.bounded && piece != nullptr) {
    use_of_thread.used -= std::int64_t(heap().usable_size(piece));
  }
}

} // namespace

bounded_memory::bounded_memory(std::size_t bytes) noexcept {
  use_of_thread = {true, false, std::int64_t(bytes), 0};
}

bounded_memory::~bounded_memory() {
  use_of_thread.bounded = false;
}

bool bounded_memory::exceeded() const noexcept {
  return use_of_thread.exceeded;
}

} // namespace muster

// SpiderMonkey's library is loaded with this module as the first place where it looks for names.
// All that it calls of the heap is here, since a piece must go back to the heap that it came from.
#define MUSTER_HEAP extern "C" __attribute__((visibility("default")))

MUSTER_HEAP void* malloc(std::size_t bytes) noexcept {
  return muster::may_take(bytes) ? muster::taken(muster::heap().malloc(bytes)) : nullptr;
}

MUSTER_HEAP void* calloc(std::size_t count, std::size_t bytes) noexcept {
  std::size_t all = 0;
  return !__builtin_mul_overflow(count, bytes, &all) && muster::may_take(all)
             ? muster::taken(muster::heap().calloc(count, bytes))
             : nullptr;
}

MUSTER_HEAP void* realloc(void* piece, std::size_t bytes) noexcept {
  if (!muster::may_take(bytes)) {
    return nullptr;
  }
  muster::given_back(piece);
  auto* moved = muster::heap().realloc(piece, bytes);
  muster::taken(moved != nullptr || bytes == 0 ? moved : piece);
  return moved;
}

MUSTER_HEAP void free(void* piece) noexcept {
  muster::given_back(piece);
  muster::heap().free(piece);
}

MUSTER_HEAP void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  return muster::may_take(bytes) ? muster::taken(muster::heap().memalign(alignment, bytes))
                                 : nullptr;
}

MUSTER_HEAP int posix_memalign(void** piece, std::size_t alignment, std::size_t bytes) noexcept {
  if (!muster::may_take(bytes)) {
    return ENOMEM;
  }
  const int failed = muster::heap().posix_memalign(piece, alignment, bytes);
  if (failed == 0) {
    muster::taken(*piece);
  }
  return failed;
}

MUSTER_HEAP std::size_t malloc_usable_size(void* piece) noexcept {
  return muster::heap().usable_size(piece);
}
#endif
