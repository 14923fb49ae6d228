#include "persistence/rocksdb/expiry_filter.hpp"

#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/timeseries/expiry.hpp"

namespace muster::persistence::rocks {

namespace {

/// In seconds: of the family's rows, of audit entries, and of events of rule nodes.
struct retentions {
  std::int64_t rows = 0;
  std::int64_t audit = 0;
  std::int64_t events = 0;
};

using is_over = bool (*)(std::string_view key, std::string_view bytes, const retentions& retention,
                         timestamp now);

class filter final : public rocksdb::CompactionFilter {
public:
  filter(is_over rule, retentions retention, timestamp now)
      : rule_(rule), retention_(retention), now_(now) {}

  bool Filter(int, const rocksdb::Slice& key, const rocksdb::Slice& bytes, std::string*,
              bool*) const override {
    return rule_(key.ToStringView(), bytes.ToStringView(), retention_, now_);
  }
  const char* Name() const override { return "muster.expiry"; }

private:
  is_over rule_;
  retentions retention_;
  timestamp now_;
};

class factory final : public rocksdb::CompactionFilterFactory {
public:
  factory(is_over rule, const clock_source& clock, retentions retention)
      : rule_(rule), clock_(clock), retention_(retention) {}

  std::unique_ptr<rocksdb::CompactionFilter>
  CreateCompactionFilter(const rocksdb::CompactionFilter::Context&) override {
    return std::make_unique<filter>(rule_, retention_, clock_.now().wall);
  }
  const char* Name() const override { return "muster.expiry"; }

private:
  is_over rule_;
  const clock_source& clock_;
  retentions retention_;
};

bool rpc_is_over(std::string_view bytes, std::int64_t retention, timestamp now) {
  const timestamp ended = end_of_rpc(bytes);
  return ended != 0 && outlived(ended, retention, now);
}

} // namespace

std::shared_ptr<rocksdb::CompactionFilterFactory> history_filter(const clock_source& clock,
                                                                 std::int64_t retention_seconds) {
  const is_over rule = [](std::string_view key, std::string_view bytes, const retentions& retention,
                          timestamp now) {
    const auto place = keys::parse_history(key);
    return place && history_expired(place->ts, expiry_of_history(bytes), retention.rows, now);
  };
  return std::make_shared<factory>(rule, clock, retentions{retention_seconds, 0, 0});
}

std::shared_ptr<rocksdb::CompactionFilterFactory> rpc_filter(const clock_source& clock,
                                                             std::int64_t rpc_retention_seconds) {
  const is_over rule = [](std::string_view key, std::string_view bytes, const retentions& retention,
                          timestamp now) {
    return key.size() > keys::prefix_size &&
           key[keys::prefix_size] == static_cast<char>(keys::device_kind::rpc_done) &&
           rpc_is_over(bytes, retention.rows, now);
  };
  return std::make_shared<factory>(rule, clock, retentions{rpc_retention_seconds, 0, 0});
}

std::shared_ptr<rocksdb::CompactionFilterFactory>
directory_filter(const clock_source& clock, std::int64_t rpc_retention_seconds,
                 std::int64_t audit_retention_seconds, std::int64_t rule_event_retention_seconds) {
  const is_over rule = [](std::string_view key, std::string_view bytes, const retentions& retention,
                          timestamp now) {
    if (key.front() == static_cast<char>(keys::directory_kind::rpc)) {
      return rpc_is_over(bytes, retention.rows, now);
    }
    if (const auto created = keys::parse_audit_time(key)) {
      return outlived(*created, retention.audit, now);
    }
    if (const auto created = keys::parse_rule_event_time(key)) {
      return outlived(*created, retention.events, now);
    }
    put_revocation row;
    return key.front() == static_cast<char>(keys::directory_kind::revocation) &&
           decode(bytes, row) && row.expires != 0 && now > row.expires;
  };
  return std::make_shared<factory>(
      rule, clock,
      retentions{rpc_retention_seconds, audit_retention_seconds, rule_event_retention_seconds});
}

} // namespace muster::persistence::rocks
