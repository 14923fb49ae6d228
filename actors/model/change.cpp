#include "actors/model/change.hpp"

namespace muster {

change::change() = default;
change::change(const change&) = default;
change::change(change&&) noexcept = default;
change& change::operator=(const change&) = default;
change& change::operator=(change&&) noexcept = default;
change::~change() = default;

} // namespace muster
