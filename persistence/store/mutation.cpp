#include "persistence/store/mutation.hpp"

namespace muster::persistence {

mutation::mutation() = default;
mutation::mutation(const mutation&) = default;
mutation::mutation(mutation&&) noexcept = default;
mutation& mutation::operator=(const mutation&) = default;
mutation& mutation::operator=(mutation&&) noexcept = default;
mutation::~mutation() = default;

} // namespace muster::persistence
