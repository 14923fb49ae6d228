#include "actors/rules/nodes/json_path.hpp"

#include <algorithm>
#include <charconv>

namespace muster {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_parts = 10'000;

/// All that is in it, itself first, in the order in which it is written.
std::vector<const ordered_json*> with_all_inside(const ordered_json& root) {
  std::vector<const ordered_json*> found;
  std::vector<const ordered_json*> waiting{&root};
  while (!waiting.empty()) {
    const auto* const at = waiting.back();
    waiting.pop_back();
    found.push_back(at);
    if (at->is_structured()) {
      const auto first = static_cast<std::ptrdiff_t>(waiting.size());
      for (const auto& one : *at) {
        waiting.push_back(&one);
      }
      std::reverse(waiting.begin() + first, waiting.end());
    }
  }
  return found;
}

} // namespace

class json_path_reader {
public:
  explicit json_path_reader(std::string_view text) : text_(text) {}

  result<json_path> read() {
    bool good = take("$");
    while (good && !text_.empty()) {
      good = read_step();
    }
    if (!good) {
      return fail(error_code::invalid,
                  text_.starts_with("[?")
                      ? "jsonPath: filters are not supported yet"
                      : "jsonPath cannot be read from \"" + std::string(text_) + "\" on");
    }
    return std::move(made_);
  }

private:
  using step = json_path::step;

  bool take(std::string_view wanted) {
    if (!text_.starts_with(wanted)) {
      return false;
    }
    text_.remove_prefix(wanted.size());
    return true;
  }

  bool read_step() {
    step next;
    next.deep = take("..");
    const bool dot = !next.deep && take(".");
    const bool good =
        text_.starts_with("[") ? !dot && read_bracket(next) : (dot || next.deep) && read_name(next);
    made_.steps_.push_back(std::move(next));
    return good;
  }

  bool read_name(step& into) {
    if (take("*")) {
      return true;
    }
    into.what = step::kind::member;
    into.name = text_.substr(0, text_.find_first_of(".[ ()'\"*"));
    text_.remove_prefix(into.name.size());
    return !into.name.empty() && (text_.empty() || text_[0] == '.' || text_[0] == '[');
  }

  bool read_bracket(step& into) {
    const auto whole = text_;
    take("[");
    const bool good = (take("*") || read_quoted(into) || read_places(into)) && take("]");
    if (!good) {
      text_ = whole;
    }
    return good;
  }

  bool read_quoted(step& into) {
    const char quote = text_.empty() ? '\0' : text_[0];
    const auto end = quote == '\'' || quote == '"' ? text_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      return false;
    }
    into.what = step::kind::member;
    into.name = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return true;
  }

  std::optional<std::int64_t> number() {
    std::int64_t read = 0;
    const auto [end, failed] = std::from_chars(text_.data(), text_.data() + text_.size(), read);
    if (failed != std::errc{}) {
      return std::nullopt;
    }
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return read;
  }

  bool read_places(step& into) {
    const auto first = number();
    if (take(":")) {
      into.what = step::kind::slice;
      into.from = first;
      into.to = number();
      return into.from || into.to;
    }
    into.what = step::kind::elements;
    if (!first) {
      return false;
    }
    into.places.push_back(*first);
    while (take(",")) {
      const auto next = number();
      if (!next) {
        return false;
      }
      into.places.push_back(*next);
    }
    return true;
  }

  std::string_view text_;
  json_path made_;
};

result<json_path> json_path::read(std::string_view text) {
  return json_path_reader(text).read();
}

void json_path::step::follow(const ordered_json& at, parts& into) const {
  const auto size = static_cast<std::int64_t>(at.size());
  if (what == kind::member && at.is_object()) {
    if (const auto found = at.find(name); found != at.end()) {
      into.push_back(&*found);
    }
  } else if (what == kind::all && at.is_structured()) {
    for (const auto& one : at) {
      into.push_back(&one);
    }
  } else if (what == kind::elements && at.is_array()) {
    for (const auto place : places) {
      if (place < size && place >= -size) {
        into.push_back(&at[static_cast<std::size_t>(place < 0 ? place + size : place)]);
      }
    }
  } else if (what == kind::slice && at.is_array()) {
    const auto place = [size](std::int64_t given) {
      return std::clamp(given < 0 ? std::max(given, -size) + size : given, std::int64_t{0}, size);
    };
    for (auto i = place(from.value_or(0)); i < place(to.value_or(size)); ++i) {
      into.push_back(&at[static_cast<std::size_t>(i)]);
    }
  }
}

result<ordered_json> json_path::find(const ordered_json& in) const {
  parts found{&in};
  for (const auto& next_step : steps_) {
    parts next;
    for (const auto* at : found) {
      if (next_step.deep) {
        for (const auto* inside : with_all_inside(*at)) {
          next_step.follow(*inside, next);
        }
      } else {
        next_step.follow(*at, next);
      }
      if (next.size() > most_parts) {
        return fail(error_code::invalid, "the path leads to too many parts");
      }
    }
    found = std::move(next);
  }
  if (std::all_of(steps_.begin(), steps_.end(), [](const step& one) { return one.one(); })) {
    return found.empty() ? fail(error_code::not_found, "the path leads nowhere")
                         : result<ordered_json>(*found.front());
  }
  auto list = ordered_json::array();
  for (const auto* one : found) {
    list.push_back(*one);
  }
  return list;
}

} // namespace muster
