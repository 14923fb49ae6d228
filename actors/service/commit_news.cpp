#include "actors/service/commit_news.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

bool is_news(const persistence::mutation& what) noexcept {
  return std::holds_alternative<persistence::put_profile>(what) ||
         std::holds_alternative<persistence::put_tenant>(what) ||
         std::holds_alternative<persistence::erase_tenant>(what) ||
         std::holds_alternative<persistence::put_rule_chain>(what) ||
         std::holds_alternative<persistence::erase_rule_chain>(what) ||
         std::holds_alternative<persistence::put_entity_attribute>(what) ||
         std::holds_alternative<persistence::erase_entity_attribute>(what) ||
         std::holds_alternative<persistence::erase_customer>(what) ||
         std::holds_alternative<persistence::put_job>(what);
}

} // namespace

bool commit_news::submit(persistence::submission&& what, const submit_changes& submit) {
  std::vector<persistence::mutation> news;
  for (const auto& one : what.changes.mutations) {
    if (is_news(one)) {
      news.push_back(one);
    }
  }
  if (news.empty()) {
    return submit(std::move(what));
  }
  std::uint64_t ticket = 0;
  {
    const std::lock_guard guard(mutex_);
    ticket = ++last_;
    waiting_.emplace(ticket, std::move(news));
  }
  what.ticket = ticket;
  if (submit(std::move(what))) {
    return true;
  }
  const std::lock_guard guard(mutex_);
  waiting_.erase(ticket);
  return false;
}

void commit_news::committed(std::span<const persistence::commit_report> batch) noexcept {
  bool changed = false;
  for (const auto& report : batch) {
    const bool durable = report.outcome.what == persistence::write_outcome::kind::durable;
    changed |= durable && report.activation == 0;
    if (report.activation != 0 || report.ticket == 0) {
      continue;
    }
    std::vector<persistence::mutation> news;
    {
      const std::lock_guard guard(mutex_);
      if (auto found = waiting_.extract(report.ticket)) {
        news = std::move(found.mapped());
      }
    }
    if (durable) {
      std::for_each(news.begin(), news.end(), [this](const auto& one) { tell(one); });
    }
  }
  if (changed && told_) {
    told_();
  }
  devices_.committed(batch);
}

void commit_news::tell(const persistence::mutation& what) {
  if (const auto* profile = std::get_if<persistence::put_profile>(&what)) {
    rules_.changed(profile->now);
  } else if (const auto* tenant = std::get_if<persistence::put_tenant>(&what)) {
    rules_.changed(tenant->now);
  } else if (const auto* gone = std::get_if<persistence::erase_tenant>(&what)) {
    rules_.deleted(gone->old.id);
  } else if (const auto* chain = std::get_if<persistence::put_rule_chain>(&what)) {
    rules_.changed(chain->now);
    if (chain_) {
      chain_(chain->now);
    }
  } else if (const auto* lost = std::get_if<persistence::erase_rule_chain>(&what)) {
    rules_.deleted(lost->old.tenant, lost->old.id);
  } else if (const auto* set = std::get_if<persistence::put_entity_attribute>(&what)) {
    rules_.owners().changed(set->entity);
  } else if (const auto* unset = std::get_if<persistence::erase_entity_attribute>(&what)) {
    rules_.owners().changed(unset->entity);
  } else if (const auto* left = std::get_if<persistence::erase_customer>(&what)) {
    rules_.owners().changed({entity_type::customer, left->old.id.value});
  } else if (const auto* work = std::get_if<persistence::put_job>(&what)) {
    tell(work->now);
    jobs_.added(work->now);
  }
}

void commit_news::tell(const job& one) {
  if (one.kind == job_kind::remove_tenant) {
    rules_.deleted(one.tenant);
  }
}

} // namespace muster
