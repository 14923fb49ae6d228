#include "actors/queries/queries.hpp"

#include "actors/queries/answering.hpp"

namespace muster {

reply answer(persistence::store& rows, const clock_source& clock, const query& what) {
  return std::visit(answering(rows, clock), what);
}

} // namespace muster
