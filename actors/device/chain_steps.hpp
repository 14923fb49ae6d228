#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace muster {

struct node_event;

/// One step of a message on its way through rule chains.
struct chain_step {
  std::string chain;
  std::string node;
  std::string message_type;
  /// Empty: the message came in; else it left along this one.
  std::string relation;
  /// With Failure: why.
  std::string why;
  /// Microseconds of a steady clock.
  std::int64_t at = 0;
};

/// The way that the messages of one command took, for whoever traces the device. Of one thread.
class chain_steps {
public:
  /// More of one command would push all else out of a trace.
  static constexpr std::size_t most = 500;

  void note(const node_event& what);

  const std::vector<chain_step>& all() const noexcept { return steps_; }
  /// Steps beyond the most.
  std::size_t left_out() const noexcept { return left_out_; }

private:
  std::vector<chain_step> steps_;
  std::size_t left_out_ = 0;
};

} // namespace muster
