#include "actors/model/query.hpp"

namespace muster {

query::query() = default;
query::query(const query&) = default;
query::query(query&&) noexcept = default;
query& query::operator=(const query&) = default;
query& query::operator=(query&&) noexcept = default;
query::~query() = default;

} // namespace muster
