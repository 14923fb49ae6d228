#pragma once

#include "persistence/store/store.hpp"
#include "tests/persistence/support/manual_clock.hpp"

#include <functional>
#include <memory>

namespace muster::test {

/// A store under the conformance suite.
class subject {
public:
  virtual ~subject() = default;
  virtual persistence::store& store() = 0;
  /// Ends the store and opens it again, where it outlives the process; else nothing.
  virtual void reopen() = 0;
};

using make_subject = std::function<std::unique_ptr<subject>(const clock_source& clock)>;

/// The suite: random scripts against the model, everything compared after each commit.
void check_conformance(const make_subject& make);

} // namespace muster::test
