#include "http/rest_api/history_parameters.hpp"

#include "http/rest_api/entity_path.hpp"

#include <array>
#include <limits>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::array aggregations{
    std::pair{std::string_view{"NONE"}, aggregation::none},
    std::pair{std::string_view{"MIN"}, aggregation::min},
    std::pair{std::string_view{"MAX"}, aggregation::max},
    std::pair{std::string_view{"AVG"}, aggregation::avg},
    std::pair{std::string_view{"SUM"}, aggregation::sum},
    std::pair{std::string_view{"COUNT"}, aggregation::count},
};

constexpr std::array interval_types{
    std::pair{std::string_view{"MILLISECONDS"}, interval_type::fixed},
    std::pair{std::string_view{"WEEK"}, interval_type::week},
    std::pair{std::string_view{"WEEK_ISO"}, interval_type::week_iso},
    std::pair{std::string_view{"MONTH"}, interval_type::month},
    std::pair{std::string_view{"QUARTER"}, interval_type::quarter},
};

constexpr std::array orders{
    std::pair{std::string_view{"DESC"}, true},
    std::pair{std::string_view{"ASC"}, false},
};

/// Reads parameters one after the other; the first error stays.
class parameter_reader {
public:
  explicit parameter_reader(const query_parameters& query) : query_{query} {}

  std::int64_t required_integer(std::string_view name) {
    const auto text = query_.required(name);
    if (!text) {
      keep(text.error());
      return 0;
    }
    const auto number = parse_integer(*text);
    if (!number) {
      keep(wrong(name, *text));
    }
    return number.value_or(0);
  }
  std::int64_t integer(std::string_view name, std::int64_t otherwise) {
    const auto read = query_.integer(name, otherwise);
    if (!read) {
      keep(read.error());
    }
    return read.value_or(otherwise);
  }
  std::int64_t integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                       std::int64_t most) {
    const std::int64_t number = integer(name, otherwise);
    if (number < least || number > most) {
      keep(wrong(name, std::to_string(number)));
      return otherwise;
    }
    return number;
  }
  bool boolean(std::string_view name, bool otherwise) {
    const auto read = query_.boolean(name, otherwise);
    if (!read) {
      keep(read.error());
    }
    return read.value_or(otherwise);
  }
  std::string text(std::string_view name, std::string otherwise) {
    auto read = query_.text(name);
    if (!read) {
      keep(read.error());
      return otherwise;
    }
    return *read && !(*read)->empty() ? std::move(**read) : otherwise;
  }
  template <class Table>
  auto choice(std::string_view name, const Table& table) {
    const std::string chosen = text(name, std::string{table[0].first});
    for (const auto& [known, value] : table) {
      if (known == chosen) {
        return value;
      }
    }
    keep(wrong(name, chosen));
    return table[0].second;
  }

  const std::optional<error>& fault() const { return fault_; }
  void keep(error why) {
    if (!fault_) {
      fault_ = std::move(why);
    }
  }

private:
  static error wrong(std::string_view name, std::string_view value) {
    return {error_code::invalid, "Incorrect value '" + std::string{value.substr(0, 100)} +
                                     "' of parameter '" + std::string{name} + "'"};
  }

  const query_parameters& query_;
  std::optional<error> fault_;
};

} // namespace

result<history_request> read_history_request(const query_parameters& query) {
  parameter_reader from{query};
  history_request wanted;
  wanted.range.start = from.required_integer("startTs");
  wanted.range.end = from.required_integer("endTs");
  wanted.range.unit = from.choice("intervalType", interval_types);
  wanted.range.interval = from.integer("interval", 0, 0, std::numeric_limits<std::int64_t>::max());
  wanted.range.time_zone = from.text("timeZone", "UTC");
  wanted.range.limit = static_cast<std::uint32_t>(
      from.integer("limit", 100, 1, std::numeric_limits<std::int32_t>::max()));
  wanted.range.agg = from.choice("agg", aggregations);
  wanted.range.descending = from.choice("orderBy", orders);
  wanted.form =
      from.boolean("useStrictDataTypes", false) ? json::value_form::strict : json::value_form::text;
  auto keys = read_keys(query);
  if (!keys) {
    from.keep(keys.error());
  } else if (!*keys) {
    from.keep({error_code::invalid, "Required request parameter 'keys' is not present"});
  } else {
    wanted.keys = std::move(**keys);
  }
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  // Steps of no length are no steps: plain points then, whatever was to be made of them.
  if (wanted.range.unit == interval_type::fixed && wanted.range.interval == 0) {
    wanted.range.agg = aggregation::none;
  }
  return wanted;
}

} // namespace muster::http::rest
