#include "actors/cluster/membership/calls.hpp"

#include <utility>

namespace muster {

namespace {

template <class T>
table_answer answer_of(result<T> got) {
  if (!got) {
    return call_failed{std::move(got.error().message)};
  }
  if constexpr (std::is_void_v<T>) {
    return true;
  } else {
    return std::move(*got);
  }
}

struct performer {
  persistence::cluster_table& table;
  const persistence::node_ref& self;

  table_answer operator()(const renew_call&) { return answer_of(table.renew(self)); }
  table_answer operator()(const look_call&) { return answer_of(table.read()); }
  table_answer operator()(const vote_call& what) {
    return answer_of(table.vote(what.seen, what.suspect, self, what.decides));
  }
  table_answer operator()(const plan_call& what) {
    return answer_of(table.plan(what.seen, what.targets));
  }
  table_answer operator()(const take_call& what) {
    return answer_of(table.take(self, what.claims));
  }
  table_answer operator()(const confirm_call& what) {
    return answer_of(table.confirm(self, what.shards));
  }
  table_answer operator()(const release_call& what) {
    return answer_of(table.release(self, what.shards));
  }
  table_answer operator()(const leave_call&) { return answer_of(table.leave(self)); }
  table_answer operator()(const depart_call&) { return answer_of(table.depart(self)); }
};

} // namespace

table_answer perform(persistence::cluster_table& table, const persistence::node_ref& self,
                     const table_call& what) {
  return std::visit(performer{table, self}, what);
}

} // namespace muster
