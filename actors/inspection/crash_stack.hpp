#pragma once

namespace muster {

/// Gives the calling thread, to its end, a stack for the handler of its crash: one whose own stack
/// is used up has no place for it else. Once is enough; costs a comparison after that, and no
/// memory before a crash. Without room for it the thread goes on as before.
void give_crash_stack() noexcept;

} // namespace muster
